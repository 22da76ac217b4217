package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.segment.TopicPartition;
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
        /** Finding where to begin. */
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
    private final long takenAtNanos;
    private Phase phase = Phase.STARTING;

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
            TopicPolls polls,
            CommitRounds commits,
            Consequences consequences,
            Ownership ownership,
            TopicPlan plan,
            Checkpoint start) {
        this.env = env;
        this.commits = commits;
        this.consequences = consequences;
        this.ownership = ownership;
        this.takenAtNanos = env.now();
        Wakeup wakeup = new Wakeup(env, this::advance);
        this.blockage = new Blockage(env, ownership.partition());
        this.progress = new CheckpointProgress(env, wakeup, blockage, ownership, start);
        this.reader = new PartitionPipeline(env, buffers, polls, wakeup, blockage, progress, ownership, plan);
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
        boolean taken = reader.handle(event);
        advance();
        return taken;
    }

    /** Takes in that something could not be done. */
    void failed(Command.OfPartition command, Throwable cause) {
        reader.failed(command, cause);
        advance();
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
        }
        if (phase == Phase.RUNNING) {
            reader.read();
            beginAnew();
        } else if (phase == Phase.DRAINING) {
            release();
        } else if (phase == Phase.ENDED && !reader.isWriting()) {
            reader.close();
            consequences.over(this);
        }
        askForCommit();
    }

    /** Finds out where to begin. Nothing is dispatched before this ownership's epoch is committed. */
    private void prepare() {
        if (reader.begin() && progress.committed() != null) {
            phase = Phase.RUNNING;
            long nextOffset = progress.confirmed().nextOffset();
            env.tell(new ProcessorEvent.Acquired(partition(), ownership.epoch(), nextOffset));
        }
    }

    /** Somewhere else is under a new epoch: within one, offsets only grow. */
    private void beginAnew() {
        Checkpoint elsewhere = reader.elsewhere();
        if (elsewhere != null && !reader.isWriting() && progress.isCommitted()) {
            phase = Phase.ENDED;
            ownership.revoke();
            consequences.beginsAnew(this, elsewhere);
        }
    }

    // ---- commits

    /** Asks for a commit of what is not committed yet; at first that is the epoch, before anything is dispatched. */
    private void askForCommit() {
        if (wantsCommit()) {
            commits.want(phase != Phase.RUNNING);
        }
    }

    /** The commit that is due, or null when nothing has moved, or one is on its way. */
    @Nullable
    Commit nextCommit() {
        return wantsCommit() ? progress.beginCommit() : null;
    }

    private boolean wantsCommit() {
        return phase != Phase.RELEASING && !ownership.isRevoked() && progress.wantsCommit();
    }

    void committed(Checkpoint checkpoint) {
        progress.committed(checkpoint);
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
        }
        advance();
    }

    private void release() {
        if (!reader.isWriting() && progress.isSettled()) {
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
            if (reader.isWriting()) {
                env.issue(new Command.Interrupt(ownership));
            }
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
        return new PartitionHealth(
                ownership.epoch(),
                stored == null ? 0 : stored.nextOffset(),
                confirmed.nextOffset(),
                reader.knownEnd(),
                blockage.explanation(),
                confirmed.losses());
    }

    @Override
    public String toString() {
        return partition() + " " + phase + " epoch " + ownership.epoch() + progress + reader + blockage;
    }
}
