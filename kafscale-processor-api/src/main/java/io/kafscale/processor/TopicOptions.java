package io.kafscale.processor;

import io.kafscale.segment.RecordView;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What may be said of a topic beside its sink. Not thread safe; the builder reads it once. */
public final class TopicOptions {

    private @Nullable Predicate<? super RecordView> filter;

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

    @Nullable
    Predicate<? super RecordView> filter() {
        return filter;
    }
}
