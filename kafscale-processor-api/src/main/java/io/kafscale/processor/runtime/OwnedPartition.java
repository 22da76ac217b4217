package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.discovery.LogRange;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.processor.OutOfRangePolicy;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A partition while it is owned: from where its checkpoint left off until it is given back, lost, or begins anew somewhere
 * else. It ends with its {@link Ownership}; owning the partition again makes a new one.
 *
 * <p>Its parts do the reading: {@link SegmentFinder} looks for segments, {@link RangeGuard} notices when the log no longer
 * holds the position, {@link Prefetch} fetches ahead, {@link Delivery} hands one segment after another to the sink,
 * {@link CheckpointProgress} knows how far that was confirmed and committed.
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
    private final TopicPlan plan;
    private final long takenAtNanos;
    private final Wakeup wakeup;
    private final Blockage blockage;
    private final CheckpointProgress progress;
    private final LogRequest request;
    private final RangeGuard range;
    private final Prefetch prefetch;
    private final SegmentFinder finder;
    private final Delivery delivery;
    private Phase phase = Phase.STARTING;
    private @Nullable Checkpoint beginAnewAt;

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
        this.plan = plan;
        this.takenAtNanos = env.now();
        this.wakeup = new Wakeup(env, this::advance);
        this.blockage = new Blockage(env, ownership.partition());
        this.progress = new CheckpointProgress(start.withEpoch(ownership.epoch()), env.newBackoff());
        this.request = new LogRequest(env, wakeup, blockage);
        this.range = new RangeGuard(env, wakeup, request, ownership);
        this.prefetch = new Prefetch(env, buffers, wakeup, blockage, ownership);
        this.finder = new SegmentFinder(env, wakeup, request, range, polls, prefetch, ownership, start);
        this.delivery = new Delivery(env, wakeup, blockage, finder, range, prefetch, progress, ownership, plan);
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
        boolean taken = true;
        if (event instanceof Event.Confirmed confirmed) {
            delivery.confirmed(confirmed.batch());
        } else if (event instanceof Event.NotConfirmed failed) {
            if (failed.stage() == Stage.DECODE && phase == Phase.RUNNING) {
                delivery.damaged(failed.batch());
            }
            delivery.notConfirmed(failed.batch(), failed.stage(), failed.cause());
        } else if (event instanceof Event.NotWritten unwritten) {
            delivery.notWritten(unwritten.batch());
        } else if (event instanceof Event.Fetched fetched) {
            taken = prefetch.arrived(fetched.command(), fetched.segment());
        } else if (event instanceof Event.Listed listed) {
            finder.listed(listed.listing(), delivery.atSink());
        } else if (event instanceof Event.LookedFor found) {
            finder.lookedFor(found.listed(), found.segment());
        } else if (event instanceof Event.SegmentFound found) {
            finder.segmentFound(found.baseOffset());
        } else if (event instanceof Event.RangeSeen seen) {
            rangeSeen(seen.range());
        }
        advance();
        return taken;
    }

    /** Takes in that something could not be done. */
    void failed(Command.OfPartition command, Throwable cause) {
        if (command instanceof Command.Write write) {
            delivery.notConfirmed(write.batch(), Stage.SINK, cause);
        } else if (command instanceof Command.Fetch fetch) {
            prefetch.failed(finder.tail(), fetch, cause);
        } else {
            finder.failed(command, cause);
        }
        advance();
    }

    /** The listing that was begun is here; null when it left this partition out, which is then to be listed alone. */
    void listedTogether(@Nullable SegmentListing listing) {
        if (listing == null) {
            finder.leftOut();
        } else {
            finder.listed(listing, delivery.atSink());
        }
        advance();
    }

    /** A broker seems to have written up to here. */
    void hinted(long nextOffset) {
        finder.hinted(nextOffset);
        advance();
    }

    /** Nobody tells of new segments any more. */
    void pollSoon() {
        finder.pollSoon();
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
        if (phase == Phase.RUNNING && beginAnewAt != null) {
            beginAnew(beginAnewAt);
        } else if (isReading()) {
            read(finder.tail());
        } else if (phase == Phase.DRAINING) {
            finish();
        } else if (phase == Phase.ENDED && !delivery.isWriting()) {
            delivery.end();
            prefetch.dropAllBut(null);
            consequences.over(this);
        }
        askForCommit();
    }

    /** Finds out where to list from. Nothing is dispatched before this ownership's epoch is committed. */
    private void prepare() {
        finder.begin();
        if (finder.hasBegun() && progress.committed() != null) {
            phase = Phase.RUNNING;
            long nextOffset = progress.confirmed().nextOffset();
            env.tell(new ProcessorEvent.Acquired(partition(), ownership.epoch(), nextOffset));
        }
    }

    private boolean isReading() {
        return phase == Phase.RUNNING && beginAnewAt == null && !blockage.isStopped() && !ownership.isRevoked();
    }

    private void read(PartitionTail tail) {
        finder.find();
        prefetch.fetch(tail);
        delivery.deliver();
        if (!delivery.isWriting()) {
            range.guard(tail);
        }
        // What was delivered may have shown a hole that another listing has to confirm.
        finder.find();
        prefetch.fetch(tail);
    }

    /** Whether it may be listed now, since others of its topic are, though its turn has not quite come. */
    boolean joinsPoll() {
        return isReading() && finder.joinsPoll();
    }

    Command.ListSegments beginListing() {
        return finder.beginListing();
    }

    // ---- when the position is not in the log

    private void rangeSeen(LogRange seen) {
        request.succeeded();
        if (phase == Phase.RUNNING && finder.isOutside(seen)) {
            goOnElsewhere(seen);
        }
    }

    private void goOnElsewhere(LogRange log) {
        OutOfRangePolicy policy = plan.onOutOfRange();
        Checkpoint before = progress.confirmed();
        ProcessorEvent event =
                new ProcessorEvent.OutOfRange(partition(), before.nextOffset(), log.first(), log.end(), policy);
        if (policy == OutOfRangePolicy.STOP) {
            blockage.stop(event);
            prefetch.dropAllBut(null);
        } else {
            env.tell(event);
            beginAnewAt = RangeGuard.elsewhere(log, before, policy);
        }
    }

    /** Somewhere else is under a new epoch: within one, offsets only grow. */
    private void beginAnew(Checkpoint at) {
        prefetch.dropAllBut(null);
        if (!delivery.isWriting() && progress.isCommitted()) {
            phase = Phase.ENDED;
            ownership.revoke();
            consequences.beginsAnew(this, at);
        }
    }

    // ---- commits

    /** Asks for a commit of what is not committed yet; at first that is the epoch, before anything is dispatched. */
    private void askForCommit() {
        if (isHeld() && progress.wantsCommit() && wakeup.isReady(progress.storing())) {
            commits.want(phase != Phase.RUNNING);
        }
    }

    /** The commit that is due, or null when nothing has moved, or one is on its way. */
    @Nullable
    Commit nextCommit() {
        return isHeld() && progress.wantsCommit() && wakeup.isReady(progress.storing())
                ? new Commit(ownership.lease(), progress.beginCommit())
                : null;
    }

    private boolean isHeld() {
        return phase != Phase.RELEASING && !ownership.isRevoked();
    }

    void committed(Checkpoint checkpoint) {
        progress.committed(checkpoint);
        blockage.resolved(Stage.COMMIT);
        advance();
    }

    void commitConflict(@Nullable Checkpoint found) {
        progress.overwritten();
        env.tell(new ProcessorEvent.ForeignCommit(partition(), found == null ? -1 : found.nextOffset()));
        advance();
    }

    void commitFailed(Throwable cause) {
        progress.commitFailed();
        blockage.failed(Stage.COMMIT, progress.storing(), cause);
        advance();
    }

    // ---- the end

    void drain() {
        if (phase == Phase.STARTING || phase == Phase.RUNNING) {
            phase = Phase.DRAINING;
            prefetch.dropAllBut(delivery.atSink());
        }
        advance();
    }

    private void finish() {
        if (!delivery.isWriting() && progress.isCommitted() && wakeup.isReady(progress.storing())) {
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
            blockage.failed(Stage.LEASE, progress.storing(), cause);
            advance();
        }
    }

    /** It is no longer ours. A write that still runs is interrupted and waited for; its result counts for nothing. */
    void lost(String reason) {
        if (phase != Phase.ENDED) {
            env.tell(new ProcessorEvent.Lost(partition(), reason));
            if (delivery.isWriting()) {
                env.issue(new Command.Interrupt(ownership));
            }
            end();
        }
    }

    private void end() {
        phase = Phase.ENDED;
        ownership.revoke();
        blockage.end();
        prefetch.dropAllBut(delivery.atSink());
        advance();
    }

    PartitionHealth health() {
        Checkpoint stored = progress.committed();
        Checkpoint confirmed = progress.confirmed();
        return new PartitionHealth(
                ownership.epoch(),
                stored == null ? 0 : stored.nextOffset(),
                confirmed.nextOffset(),
                finder.knownEnd(),
                blockage.explanation(),
                confirmed.losses());
    }

    @Override
    public String toString() {
        return partition() + " " + phase + " epoch " + ownership.epoch() + " confirmed "
                + progress.confirmed().nextOffset() + (progress.isCommitted() ? "" : " uncommitted")
                + (progress.isCommitting() ? " committing" : "") + (request.isUnderWay() ? " listing" : "")
                + delivery + blockage;
    }
}
