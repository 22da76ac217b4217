package io.kafscale.processor.runtime;

import io.kafscale.processor.Sink;
import io.kafscale.processor.SinkLifecycle;
import io.kafscale.segment.TopicPartition;
import java.util.function.Function;

/** Where a topic's sinks come from, and where they go. Each is a {@link Sink} or an {@link io.kafscale.processor.AsyncSink}. */
public sealed interface SinkSource {

    /** One for all partitions, closed at the end of the processor. */
    record Shared(SinkLifecycle sink) implements SinkSource {}

    /** One for each partition, closed when the partition is given up. */
    record PerPartition(Function<? super TopicPartition, ? extends Sink> sinks) implements SinkSource {}

    /** This one for all partitions. */
    static SinkSource shared(SinkLifecycle sink) {
        return new Shared(sink);
    }

    /** One of these for each partition. */
    static SinkSource perPartition(Function<? super TopicPartition, ? extends Sink> sinks) {
        return new PerPartition(sinks);
    }

    /** The sink of a partition that was just taken. */
    default SinkLifecycle open(TopicPartition partition) {
        return this instanceof PerPartition own ? own.sinks().apply(partition) : ((Shared) this).sink();
    }

    /** The partition was given up. */
    default void release(SinkLifecycle sink) {
        if (this instanceof PerPartition) {
            sink.close();
        }
    }
}
