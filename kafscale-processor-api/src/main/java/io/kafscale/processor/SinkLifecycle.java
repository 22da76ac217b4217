package io.kafscale.processor;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.segment.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Sink} or {@link AsyncSink} may want to know beside the records: which partitions it gets and loses, and
 * when all is over. Everything is optional.
 *
 * <p>For one partition calls come one at a time, {@link #assigned} before the first write under an epoch and
 * {@link #revoked} after the last one has ended; for different partitions they come at once, from different threads.
 */
public interface SinkLifecycle extends AutoCloseable {

    /**
     * Records of a partition are going to come. Nothing is delivered before this returns; what it throws is a failure of
     * the {@link Stage#SINK}, and it is called again.
     *
     * <p>A sink that keeps a position with its data, in the same transaction, returns it here, with the epoch under which it
     * was written. It is then gone on from there, whatever the checkpoint store says, unless that store has seen a later
     * epoch than the sink: then from the lower of the two. When that is not {@link Assignment#start()}, or when the returned
     * epoch is not below {@link Assignment#epoch()}, the partition is assigned anew, under a later epoch and with
     * {@link Assignment#isMoved()}.
     *
     * @return how far this sink has come by its own knowledge, or null when it keeps no position
     * @throws Exception anything; it is called again after a pause
     */
    default @Nullable Checkpoint assigned(Assignment assignment) throws Exception {
        return null;
    }

    /**
     * Whether this sink keeps a position with its data, which {@link #assigned} returns. It is then handed batches without
     * records too, of which others are spared the sight, so that its position does not stay behind.
     */
    default boolean keepsPosition() {
        return false;
    }

    /**
     * No more records of a partition come under the epoch of the last {@link #assigned}. When the cause is
     * {@link Revocation#RELEASED} the partition is still ours and is given back after this returns; else it may be another's
     * by now. Not called for what still hangs when the limit of the processor's drain has passed.
     */
    default void revoked(TopicPartition partition, Revocation cause) {}

    /**
     * Called once, at the end of the processor, when no partition is assigned any more; or when the limit of its drain has
     * passed, and then perhaps while a write still hangs.
     */
    @Override
    default void close() {}
}
