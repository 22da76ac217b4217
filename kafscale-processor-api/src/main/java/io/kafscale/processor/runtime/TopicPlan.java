package io.kafscale.processor.runtime;

import io.kafscale.processor.OutOfRangePolicy;
import io.kafscale.processor.OverlapPolicy;
import io.kafscale.processor.Sink;
import io.kafscale.processor.TopicOptions;
import io.kafscale.segment.RecordView;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a topic's records.
 *
 * @param sink gets them
 * @param filter lets through what the sink is to get, or null for everything
 * @param onOutOfRange when the checkpoint does not lie in the log
 * @param onOverlap when two segments hold the same offsets
 */
public record TopicPlan(
        Sink sink,
        @Nullable Predicate<? super RecordView> filter,
        OutOfRangePolicy onOutOfRange,
        OverlapPolicy onOverlap) {

    /** With the default policies. */
    public TopicPlan(Sink sink, @Nullable Predicate<? super RecordView> filter) {
        this(sink, filter, TopicOptions.DEFAULT_ON_OUT_OF_RANGE, TopicOptions.DEFAULT_ON_OVERLAP);
    }
}
