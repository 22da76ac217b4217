package io.kafscale.processor;

import io.kafscale.segment.RecordView;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What may be said of a topic beside its sink. Not thread safe; the builder reads it once. */
public final class TopicOptions {

    /** {@link #onOutOfRange(OutOfRangePolicy)} unless told otherwise. */
    public static final OutOfRangePolicy DEFAULT_ON_OUT_OF_RANGE = OutOfRangePolicy.STOP;

    /** {@link #onOverlap(OverlapPolicy)} unless told otherwise. */
    public static final OverlapPolicy DEFAULT_ON_OVERLAP = OverlapPolicy.REPORT;

    private @Nullable Predicate<? super RecordView> filter;
    private OutOfRangePolicy onOutOfRange = DEFAULT_ON_OUT_OF_RANGE;
    private OverlapPolicy onOverlap = DEFAULT_ON_OVERLAP;

    TopicOptions() {}

    /**
     * Delivers only records for which {@code wanted} is true. The others count as processed: where none of a batch is
     * left, the sink is not called and the offset moves. An exception thrown by {@code wanted} is a failed batch.
     *
     * @param wanted called from many threads, for one record possibly more than once
     */
    public TopicOptions filter(Predicate<? super RecordView> wanted) {
        this.filter = wanted;
        return this;
    }

    /**
     * When a partition's checkpoint does not lie in its log: what was still to be read was deleted, or everything was, and
     * offsets began anew. By default {@link #DEFAULT_ON_OUT_OF_RANGE}. An empty log is neither: it is waited for.
     */
    public TopicOptions onOutOfRange(OutOfRangePolicy policy) {
        this.onOutOfRange = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /** When two segments hold the same offsets. By default {@link #DEFAULT_ON_OVERLAP}. */
    public TopicOptions onOverlap(OverlapPolicy policy) {
        this.onOverlap = Objects.requireNonNull(policy, "policy");
        return this;
    }

    OutOfRangePolicy onOutOfRange() {
        return onOutOfRange;
    }

    OverlapPolicy onOverlap() {
        return onOverlap;
    }

    @Nullable
    Predicate<? super RecordView> filter() {
        return filter;
    }
}
