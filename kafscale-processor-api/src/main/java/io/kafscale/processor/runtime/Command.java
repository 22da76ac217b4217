package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.Stage;
import io.kafscale.processor.StartPosition;
import io.kafscale.segment.TopicPartition;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the {@link Coordinator} wants done. Each is answered by exactly one {@link Event}, but for those that say not. */
public sealed interface Command {

    /** What is done for one partition alone, and can fail for it alone. */
    sealed interface OfPartition extends Command {
        /** Under which ownership it is done. */
        Ownership ownership();
    }

    /** Join the group. */
    record Join() implements Command {}

    /** Renew the membership, and see who owns what. */
    record Heartbeat(GroupSession session) implements Command {}

    /** End the membership. */
    record Leave(GroupSession session) implements Command {}

    /**
     * Find the partitions of the wanted topics.
     *
     * @param explained topics that had none last time: of these it was said what is there instead
     */
    record Discover(Set<String> explained) implements Command {}

    /** Take a partition. */
    record Acquire(GroupSession session, TopicPartition partition) implements Command {}

    /** Move checkpoints. */
    record MoveCheckpoints(GroupSession session, List<Commit> commits) implements Command {}

    /** Give a partition back. */
    record Release(GroupSession session, Lease lease) implements Command {}

    /** Find the segment in which an offset lies. */
    record FindSegment(Ownership ownership, long offset) implements OfPartition {}

    /** List a partition's segments from a base offset on. */
    record ListSegments(Ownership ownership, long fromBaseOffset) implements OfPartition {}

    /** List several partitions of one topic, in as few requests as it takes. */
    record ListTopic(String topic, List<ListSegments> partitions) implements Command {}

    /** Look where a partition's log begins and ends; {@code near} is a base offset near its end. */
    record LookAtRange(Ownership ownership, long position, long near) implements OfPartition {}

    /**
     * Look for the segment with exactly this base offset by name.
     *
     * @param mostBytes a larger one comes without its content; so much room is reserved
     */
    record LookFor(Ownership ownership, long baseOffset, int mostBytes) implements OfPartition {}

    /**
     * Fetch a segment and check it.
     *
     * @param from the first offset that is wanted; of a large segment no more may be fetched than from there on
     */
    record Fetch(Ownership ownership, SegmentRef segment, long from) implements OfPartition {
        /** So much room is reserved for it, until it turns out that less is needed. */
        long bytes() {
            return BufferPool.capacity(segment.segment().size());
        }
    }

    /** Hand a batch to its sink. */
    record Write(SegmentBatch batch) implements OfPartition {
        @Override
        public Ownership ownership() {
            return batch.ownership();
        }
    }

    /** Send the record at this offset of the batch to the dead letters. */
    record Bury(Ownership ownership, SegmentBatch batch, long offset, Stage stage, int attempts, Throwable cause)
            implements OfPartition {}

    /** Tell the sink that records are going to come, from {@code start} on. */
    record Assign(Ownership ownership, Checkpoint start, boolean isMoved) implements OfPartition {}

    /** Tell the sink that no more records come. */
    record Revoke(Ownership ownership, Revocation cause) implements OfPartition {}

    /** Find out which offset a position stands for. */
    record Resolve(Ownership ownership, StartPosition position) implements OfPartition {}

    /** Interrupt the write of a partition that is no longer owned; not answered. */
    record Interrupt(Ownership ownership) implements Command {}

    /** Tell listeners and the log; not answered. */
    record Tell(ProcessorEvent event) implements Command {}

    /** All is given back, or as much as can be: end; not answered. {@code reason} says why if nobody asked for it. */
    record Stop(boolean everythingReleased, @Nullable String reason) implements Command {}
}
