package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.Stage;
import io.kafscale.processor.StartPosition;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A partition while it is owned: from where its checkpoint left off until it is given back, lost, or begins anew somewhere
 * else. It ends with its {@link Ownership}; owning the partition again makes a new one.
 *
 * <p>Meanwhile {@link PartitionPipeline} reads it, {@link CheckpointProgress} knows how far that was confirmed and committed,
 * and {@link Blockage} what is in the way.
 */
final class OwnedPartition {

    private enum Phase {
        /** Finding where to begin, with the sink's consent. */
        STARTING,
        RUNNING,
        /** Nothing new is begun; given back once all is committed. */
        DRAINING,
        RELEASING,
        /** No longer ours, or given back. */
        ENDED
    }

    private final Environment env;
    private final CommitRounds commits;
    private final Consequences consequences;
    private final Ownership ownership;
    private final Blockage blockage;
    private final CheckpointProgress progress;
    private final PartitionPipeline reader;
    private final Placement placement;
    private final long startOffset;
    private final long takenAtNanos;
    private Phase phase = Phase.STARTING;
    private boolean paused;

    /** What becomes of it at its end. */
    interface Consequences {
        /** It is over, and nothing of it is at a sink any more. */
        void over(OwnedPartition partition);

        /** The partition is still owned, and begins anew somewhere else. */
        void beginsAnew(OwnedPartition partition, Checkpoint at);
    }

    OwnedPartition(
            Environment env,
            SegmentBuffers buffers,
            WriteSlots slots,
            TopicPolls polls,
            CommitRounds commits,
            Consequences consequences,
            Ownership ownership,
            TopicPlan plan,
            Checkpoint start,
            boolean isMoved) {
        this.env = env;
        this.startOffset = start.nextOffset();
        this.commits = commits;
        this.consequences = consequences;
        this.ownership = ownership;
        this.takenAtNanos = env.now();
        Wakeup wakeup = new Wakeup(env, this::advance);
        this.blockage = new Blockage(env, ownership.partition(), plan);
        this.progress = new CheckpointProgress(env, wakeup, blockage, ownership, start);
        if (plan.policy(Stage.SINK).isolatesRecords()) {
            progress.countOwner();
        }
        this.reader = new PartitionPipeline(env, buffers, slots, polls, wakeup, blockage, progress, ownership, plan);
        this.placement = new Placement(env, wakeup, blockage, progress, reader, ownership, plan, start, isMoved);
    }

    Ownership ownership() {
        return ownership;
    }

    TopicPartition partition() {
        return ownership.partition();
    }

    /** Whether it is on its way back. */
    boolean isDraining() {
        return phase == Phase.DRAINING || phase == Phase.RELEASING;
    }

    /** Whether it has been here for so long that giving it back would not be to and fro. */
    boolean hasStayed() {
        return phase == Phase.RUNNING
                && env.now() - takenAtNanos
                        >= env.settings().heartbeatInterval().toNanos();
    }

    /** Whether its lease is being given back, and may be gone by now. */
    boolean isReleasing() {
        return phase == Phase.RELEASING;
    }

    // ---- what it hears

    /** Takes in what has happened. False when that was no longer of interest. */
    boolean handle(Event.OfPartition event) {
        boolean taken = placement.handle(event) || reader.handle(event);
        advance();
        return taken;
    }

    /** Takes in that something could not be done. */
    void failed(Command.OfPartition command, Throwable cause) {
        if (!placement.failed(command, cause)) {
            reader.failed(command, cause);
        }
        advance();
    }

    /** Hands over nothing more for a while, or goes on. */
    void pause(boolean wanted) {
        paused = wanted;
        if (phase == Phase.RUNNING) {
            advance();
        }
    }

    /** Goes on somewhere else. */
    void seek(StartPosition position, CompletableFuture<Long> answer) {
        if (phase == Phase.STARTING || phase == Phase.RUNNING) {
            placement.seek(position, answer);
        } else {
            answer.completeExceptionally(new IllegalStateException(partition() + " is being given up by this worker"));
        }
    }

    /** Whether it may be listed now, since others of its topic are, though its turn has not quite come. */
    boolean joinsPoll() {
        return phase == Phase.RUNNING && reader.joinsPoll();
    }

    Command.ListSegments beginListing() {
        return reader.beginListing();
    }

    /** The listing that was begun is here; null when it left this partition out, which is then to be listed alone. */
    void listedTogether(@Nullable SegmentListing listing) {
        reader.listedTogether(listing);
        advance();
    }

    /** A broker seems to have written up to here. */
    void hinted(long nextOffset) {
        reader.hinted(nextOffset);
        advance();
    }

    /** Nobody tells of new segments any more. */
    void pollSoon() {
        reader.pollSoon();
        advance();
    }

    // ---- what it does

    void start() {
        advance();
    }

    /** Does whatever can be done now. Called after everything that happens, as often as one likes. */
    void advance() {
        if (phase == Phase.STARTING) {
            prepare();
            beginAnew();
        }
        if (phase == Phase.RUNNING) {
            if (!paused) {
                reader.read();
            }
            beginAnew();
        } else if (phase == Phase.DRAINING) {
            release();
        } else if (phase == Phase.ENDED && isSinkIdle() && placement.isRevoked(Revocation.LOST)) {
            reader.close();
            consequences.over(this);
        }
        askForCommit();
    }

    private boolean isSinkIdle() {
        return !reader.isWriting() && !placement.isAskingSink();
    }

    /** Finds out where to begin. Nothing is dispatched before this ownership's epoch is committed. */
    private void prepare() {
        if (placement.isSettled() && reader.begin() && progress.committed() != null) {
            phase = Phase.RUNNING;
            long nextOffset = progress.confirmed().nextOffset();
            env.tell(new ProcessorEvent.Acquired(partition(), ownership.epoch(), nextOffset));
        }
    }

    /** Somewhere else is under a new epoch: within one, offsets only grow. */
    private void beginAnew() {
        Checkpoint elsewhere = reader.elsewhere();
        boolean isCommitted = progress.isCommitted() || !placement.wasSettled();
        if (elsewhere != null && isSinkIdle() && isCommitted && placement.isRevoked(Revocation.MOVED)) {
            phase = Phase.ENDED;
            reader.close();
            ownership.revoke();
            consequences.beginsAnew(this, elsewhere);
        }
    }

    // ---- commits

    /** Asks for a commit of what is not committed yet; at first that is the epoch, before anything is dispatched. */
    private void askForCommit() {
        if (wantsCommit()) {
            commits.want(phase != Phase.RUNNING || reader.waitsForPlan());
        }
    }

    /** The commit that is due, or null when nothing has moved, or one is on its way. */
    @Nullable
    Commit nextCommit() {
        return wantsCommit() ? progress.beginCommit() : null;
    }

    private boolean wantsCommit() {
        return phase != Phase.RELEASING && !ownership.isRevoked() && placement.wasSettled() && progress.wantsCommit();
    }

    void committed(Checkpoint checkpoint) {
        progress.committed(checkpoint);
        env.tell(new DeliveryEvent.Committed(partition(), checkpoint.nextOffset(), checkpoint.timestampMillis()));
        advance();
    }

    void commitConflict(@Nullable Checkpoint found) {
        progress.overwritten(found);
        advance();
    }

    void commitFailed(Throwable cause) {
        progress.commitFailed(cause);
        advance();
    }

    // ---- the end

    void drain() {
        if (phase == Phase.STARTING || phase == Phase.RUNNING) {
            phase = Phase.DRAINING;
            reader.end();
            placement.end(partition() + " is being given up by this worker");
        }
        advance();
    }

    private void release() {
        if (isSinkIdle() && blockage.isFree()) {
            progress.endedWell();
        }
        boolean isSettled = progress.isSettled() || (!placement.wasSettled() && progress.isStoreReady());
        if (isSinkIdle() && isSettled && placement.isRevoked(Revocation.RELEASED)) {
            phase = Phase.RELEASING;
            env.issue(new Command.Release(ownership.session(), ownership.lease()));
        }
    }

    void released() {
        env.tell(new ProcessorEvent.Released(partition(), progress.confirmed().nextOffset()));
        end();
    }

    void releaseFailed(Throwable cause) {
        if (phase == Phase.RELEASING) {
            phase = Phase.DRAINING;
            progress.releaseFailed(cause);
            advance();
        }
    }

    /** It is no longer ours. A write that still runs is interrupted and waited for; its result counts for nothing. */
    void lost(String reason) {
        if (phase != Phase.ENDED) {
            env.tell(new ProcessorEvent.Lost(partition(), reason));
            // First: who is interrupted asks whether it still may.
            ownership.revoke();
            if (!isSinkIdle()) {
                env.issue(new Command.Interrupt(ownership));
            }
            placement.end(partition() + " was lost: " + reason);
            end();
        }
    }

    private void end() {
        phase = Phase.ENDED;
        ownership.revoke();
        blockage.end();
        reader.end();
        advance();
    }

    PartitionHealth health() {
        Checkpoint stored = progress.committed();
        Checkpoint confirmed = progress.confirmed();
        long timestamp = confirmed.timestampMillis();
        long behindMillis = reader.isIdle() || timestamp < 0 ? 0 : Math.max(0, env.wallMillis() - timestamp);
        return new PartitionHealth(
                ownership.epoch(),
                publicPhase(),
                stored == null ? startOffset : stored.nextOffset(),
                confirmed.nextOffset(),
                reader.fetchedEnd(),
                reader.knownEnd(),
                timestamp,
                Duration.ofMillis(behindMillis),
                Duration.ofNanos(reader.isIdle() ? 0 : env.now() - progress.progressNanos()),
                blockage.explanation(),
                confirmed.losses());
    }

    private PartitionHealth.Phase publicPhase() {
        return switch (phase) {
            case STARTING -> PartitionHealth.Phase.STARTING;
            case RUNNING ->
                blockage.isStopped()
                        ? PartitionHealth.Phase.STOPPED
                        : paused ? PartitionHealth.Phase.PAUSED : PartitionHealth.Phase.RUNNING;
            case DRAINING, RELEASING -> PartitionHealth.Phase.DRAINING;
            case ENDED -> PartitionHealth.Phase.LOST;
        };
    }

    @Override
    public String toString() {
        return partition() + " " + phase + (paused ? " paused" : "") + " epoch " + ownership.epoch() + progress + reader
                + blockage;
    }
}
