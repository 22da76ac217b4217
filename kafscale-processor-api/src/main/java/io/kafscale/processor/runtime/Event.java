package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.discovery.ListedSegment;
import io.kafscale.discovery.LogRange;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.discovery.TopicListing;
import io.kafscale.processor.ProcessorHealth;
import io.kafscale.processor.Stage;
import io.kafscale.processor.StartPosition;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the {@link Coordinator} is told: answers to its commands, and wishes from outside. */
public sealed interface Event {

    /** What concerns one partition alone, under one ownership. */
    sealed interface OfPartition extends Event {
        /** Under which ownership it was begun; by now that may be over. */
        Ownership ownership();
    }

    /** The command could not be carried out, or it is not known whether it was. */
    record Failed(Command command, Throwable cause) implements Event {}

    /** The group was joined. */
    record JoinedGroup(GroupSession session) implements Event {}

    /** The membership was renewed. */
    record Renewed(Command.Heartbeat command, GroupView view) implements Event {}

    /** The membership was ended. */
    record Left(GroupSession session) implements Event {}

    /**
     * These partitions are there.
     *
     * @param missing wanted topics of which there are none
     * @param explanation what was found instead of them, unless that was said before
     * @param catalogFailure why the catalog was not asked, or null
     */
    record Discovered(
            SortedSet<TopicPartition> partitions,
            Set<String> missing,
            @Nullable String explanation,
            @Nullable String catalogFailure)
            implements Event {}

    /** What came of an attempt to acquire. */
    record AcquisitionEnded(Command.Acquire command, Acquisition result) implements Event {}

    /** What came of commits, in their order. */
    record CommitsEnded(Command.MoveCheckpoints command, List<Outcome> outcomes) implements Event {}

    /** What came of a release. */
    record ReleaseEnded(Command.Release command, Outcome outcome) implements Event {}

    /** The segment in which an offset lies, if any, has this base offset. */
    record SegmentFound(Ownership ownership, long baseOffset) implements OfPartition {}

    /** A listing. */
    record Listed(Ownership ownership, SegmentListing listing) implements OfPartition {}

    /** Listings of several partitions of a topic. */
    record TopicListed(Command.ListTopic command, TopicListing result) implements Event {}

    /** Where a partition's log begins and ends. */
    record RangeSeen(Ownership ownership, LogRange range) implements OfPartition {}

    /**
     * What came of looking for a segment.
     *
     * @param listed both halves, or null when there is none, or any doubt about it
     * @param segment its content, checked, or null when that did not come along
     */
    record LookedFor(
            Command.LookFor command,
            @Nullable ListedSegment listed,
            @Nullable SegmentReader segment) implements OfPartition {
        @Override
        public Ownership ownership() {
            return command.ownership();
        }
    }

    /**
     * A segment is here, and sound as far as was checked.
     *
     * @param buffer in which it lies, and which is the receiver's now
     */
    record Fetched(Command.Fetch command, SegmentReader segment, FetchBuffer buffer) implements OfPartition {
        @Override
        public Ownership ownership() {
            return command.ownership();
        }
    }

    /** The sink has confirmed the batch, or there was nothing in it for the sink. */
    record Confirmed(SegmentBatch batch) implements OfPartition {
        @Override
        public Ownership ownership() {
            return batch.ownership();
        }
    }

    /** The batch was not confirmed. */
    record NotConfirmed(SegmentBatch batch, Stage stage, Throwable cause) implements OfPartition {
        @Override
        public Ownership ownership() {
            return batch.ownership();
        }
    }

    /** The sink has confirmed the offsets below {@code until}, and goes on writing the others. */
    record ConfirmedPartly(SegmentBatch batch, long until) implements OfPartition {
        @Override
        public Ownership ownership() {
            return batch.ownership();
        }
    }

    /** The dead letters have the record; or there is none at that offset. */
    record Buried(Command.Bury command, boolean existed) implements OfPartition {
        @Override
        public Ownership ownership() {
            return command.ownership();
        }
    }

    /** The sink knows of the partition, and says how far it has come, if it keeps that itself. */
    record Assigned(Ownership ownership, @Nullable Checkpoint stored) implements OfPartition {}

    /** The sink has given the partition up; {@code failure} is what it threw at that, or null. */
    record Revoked(Ownership ownership, @Nullable Throwable failure) implements OfPartition {}

    /** The offset that a position stands for. */
    record Resolved(Command.Resolve command, long offset) implements OfPartition {
        @Override
        public Ownership ownership() {
            return command.ownership();
        }
    }

    /** The lease ended before the sink was called. */
    record NotWritten(SegmentBatch batch) implements OfPartition {
        @Override
        public Ownership ownership() {
            return batch.ownership();
        }
    }

    /** Ownership in the group may have changed. */
    record OwnershipHint() implements Event {}

    /** The catalog tells of changes from now on. */
    record CatalogBegan() implements Event {}

    /** The catalog tells of nothing any more. */
    record CatalogEnded(String reason) implements Event {}

    /** There may be other partitions than before. */
    record PartitionsHint() implements Event {}

    /** A partition may reach up to here. */
    record EndMoved(TopicPartition partition, long nextOffset) implements Event {}

    /** Finish what is being written, commit, give all back. */
    record DrainWanted() implements Event {}

    /** Wait no longer for writes that are still running. */
    record DrainLimitReached() implements Event {}

    /** Hand over nothing more of a partition, or go on with it. */
    record PauseWanted(TopicPartition partition, boolean isPaused) implements Event {}

    /** Go on somewhere else. */
    record SeekWanted(TopicPartition partition, StartPosition position, CompletableFuture<Long> answer)
            implements Event {}

    /** Someone asks how things are. */
    record HealthWanted(CompletableFuture<ProcessorHealth> answer) implements Event {}
}
