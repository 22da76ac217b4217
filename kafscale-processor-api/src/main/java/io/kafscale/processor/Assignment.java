package io.kafscale.processor;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.segment.TopicPartition;

/**
 * A partition that a sink is about to get records of.
 *
 * @param partition which one
 * @param context the right under which they will be dispatched; its {@link BatchContext#epoch() epoch} is above that of
 *     every earlier assignment of the partition
 * @param start where it goes on: the first record to come is at this checkpoint's next offset or after it; its epoch is that
 *     of whoever wrote it
 * @param isMoved whether {@code start} is where it is on purpose: a first start, a seek, a log that no longer holds the old
 *     position, or this sink's own answer. A sink that keeps its own position has to take this one for its own now
 */
public record Assignment(TopicPartition partition, BatchContext context, Checkpoint start, boolean isMoved) {

    /** The epoch of this assignment. A sink that has seen a later one can refuse what comes under this. */
    public long epoch() {
        return context.epoch();
    }
}
