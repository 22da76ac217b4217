package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.discovery.ListedSegment;
import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import io.kafscale.segment.UnsupportedSegmentException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A partition while it is owned: lists, fetches ahead, hands one segment after another to the sink, and knows how far the
 * sink has confirmed. It ends with its {@link Ownership}; owning the partition again makes a new one.
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
    private final Consumer<OwnedPartition> whenOver;
    private final Ownership ownership;
    private final TopicPlan plan;
    private final Prefetch prefetch;
    private final CheckpointProgress progress;
    private final EndHint hint;
    private final Backoff listing;
    private final Backoff fetching;
    private final Backoff writing;
    private final Set<String> suspects = new HashSet<>();

    private final long takenAtNanos;

    private Phase phase = Phase.STARTING;
    private @Nullable PartitionTail tail;
    private long pollAtNanos;
    private boolean listingNow;
    private @Nullable Delivery delivery;
    private @Nullable SegmentBatch batch;
    private @Nullable Stage blockedStage;
    private String blockedReason = "";
    private @Nullable Long alarmNanos;

    /** The segment whose records are at the sink, and what its confirmation will mean. */
    private record Delivery(
            SegmentRef ref, SegmentReader segment, PartitionTail.Admission admission, LossLedger losses) {}

    OwnedPartition(
            Environment env,
            SegmentBuffers buffers,
            CommitRounds commits,
            Consumer<OwnedPartition> whenOver,
            Ownership ownership,
            TopicPlan plan,
            Checkpoint start) {
        this.env = env;
        this.commits = commits;
        this.whenOver = whenOver;
        this.ownership = ownership;
        this.plan = plan;
        this.takenAtNanos = env.now();
        this.prefetch = new Prefetch(env, buffers, this);
        this.progress = new CheckpointProgress(start.withEpoch(ownership.epoch()), env.newBackoff());
        this.hint = new EndHint(env.newBackoff());
        this.listing = env.newBackoff();
        this.fetching = env.newBackoff();
        this.writing = env.newBackoff();
    }

    Ownership ownership() {
        return ownership;
    }

    TopicPartition partition() {
        return ownership.lease().partition();
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
            confirmed(confirmed.batch());
        } else if (event instanceof Event.NotConfirmed failed) {
            notConfirmed(failed.batch(), failed.stage(), failed.cause());
        } else if (event instanceof Event.NotWritten unwritten) {
            batch = unwritten.batch() == batch ? null : batch;
        } else if (event instanceof Event.Fetched fetched) {
            taken = fetched(fetched.command(), fetched.segment());
        } else if (event instanceof Event.Listed listed) {
            listed(listed.listing());
        } else if (event instanceof Event.LookedFor found) {
            lookedFor(found.listed(), found.segment());
        } else if (event instanceof Event.SegmentFound found) {
            segmentFound(found.baseOffset());
        }
        advance();
        return taken;
    }

    /** Takes in that something could not be done. */
    void failed(Command.OfPartition command, Throwable cause) {
        if (command instanceof Command.Write write) {
            notConfirmed(write.batch(), Stage.SINK, cause);
        } else if (command instanceof Command.Fetch fetch) {
            fetchFailed(fetch, cause);
        } else {
            listingNow = false;
            if (tail != null && command instanceof Command.ListSegments) {
                tail.listingFailed();
            }
            retry(Stage.LIST, listing, cause);
        }
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
        PartitionTail current = tail;
        if (phase == Phase.RUNNING && current != null && !ownership.isRevoked()) {
            list(current);
            fetch(current);
            deliver(current);
            // What was delivered may have shown a hole that another listing has to confirm.
            list(current);
            fetch(current);
        } else if (phase == Phase.DRAINING) {
            finish();
        } else if (phase == Phase.ENDED && batch == null) {
            delivery = null;
            prefetch.dropAllBut(null);
            whenOver.accept(this);
        }
        askForCommit();
    }

    /** Finds out where to list from. Nothing is dispatched before this ownership's epoch is committed. */
    private void prepare() {
        Checkpoint start = progress.confirmed();
        if (tail == null && start.listFrom() == Checkpoint.UNKNOWN && start.nextOffset() > 0) {
            if (!listingNow && isReady(listing)) {
                listingNow = true;
                env.issue(new Command.FindSegment(ownership, start.nextOffset()));
            }
            return;
        }
        if (tail == null) {
            beginAt(Math.max(0, start.listFrom()));
        }
        if (progress.committed() != null) {
            phase = Phase.RUNNING;
            env.tell(new ProcessorEvent.Acquired(partition(), ownership.epoch(), start.nextOffset()));
        }
    }

    private void segmentFound(long baseOffset) {
        listingNow = false;
        listing.succeeded();
        unblock(Stage.LIST);
        beginAt(Math.max(0, baseOffset));
    }

    private void beginAt(long listFrom) {
        tail = new PartitionTail(
                partition(),
                listFrom,
                progress.confirmed().nextOffset(),
                env.settings().grace(),
                half -> env.tell(new ProcessorEvent.Orphan(partition(), half.key())));
        pollAtNanos = env.now();
    }

    private void list(PartitionTail current) {
        Long heldUntil = current.heldUntilNanos();
        if (heldUntil != null && isDue(heldUntil)) {
            current.graceEnded();
        }
        if (listingNow || current.hasEnough() || !isReady(listing)) {
            return;
        }
        boolean hinted = isHinted(current);
        if (hinted && lookFor(current)) {
            return;
        }
        if (current.wantsListing() || hinted || isDue(pollAtNanos)) {
            listingNow = true;
            hint.listing();
            env.issue(new Command.ListSegments(ownership, current.beginListing()));
        }
    }

    /** Whether a broker speaks of more than is here or on its way. */
    private boolean isHinted(PartitionTail current) {
        long knownEnd = prefetch.knownEnd(current);
        return knownEnd >= 0 && hint.isAheadOf(knownEnd) && isReady(hint.looking());
    }

    private boolean lookFor(PartitionTail current) {
        Command.LookFor look =
                hint.mayGuess() && current.mayBeNamed() ? prefetch.lookFor(prefetch.knownEnd(current)) : null;
        if (look == null) {
            return false;
        }
        listingNow = true;
        hint.guessing();
        env.issue(look);
        return true;
    }

    /** When in any doubt nothing is done: the hint is still ahead then, and a listing follows. */
    private void lookedFor(@Nullable ListedSegment listed, @Nullable SegmentReader segment) {
        listingNow = false;
        SegmentRef ref = listed == null ? null : listed.completed(partition());
        // One that reaches further than its broker says is not the one that was spoken of.
        boolean isExpected = segment == null || segment.nextOffset() <= hint.end();
        if (listed == null || ref == null || tail == null || !isExpected || !tail.named(listed, env.now())) {
            return;
        }
        listing.succeeded();
        unblock(Stage.LIST);
        if (segment != null) {
            prefetch.found(ref, segment);
            hint.guessed(segment.nextOffset());
        }
    }

    /** A broker seems to have written up to here. */
    void hinted(long nextOffset) {
        hint.moved(nextOffset);
        advance();
    }

    /** Nobody tells of new segments any more. */
    void pollSoon() {
        long soon = env.anyTimeWithin(env.pollInterval());
        if (soon - pollAtNanos < 0) {
            pollAtNanos = soon;
        }
        advance();
    }

    private void listed(SegmentListing result) {
        listingNow = false;
        listing.succeeded();
        unblock(Stage.LIST);
        pollAtNanos = env.now() + env.pollInterval().toNanos();
        if (tail != null) {
            tail.listed(result, env.now());
            prefetch.dropReplaced(tail, atSink());
            long knownEnd = prefetch.knownEnd(tail);
            hint.listed(knownEnd < 0, knownEnd, env.now());
        }
    }

    private void fetch(PartitionTail current) {
        if (isReady(fetching)) {
            prefetch.fetch(current);
        }
    }

    private boolean fetched(Command.Fetch command, SegmentReader segment) {
        boolean wanted = prefetch.arrived(command, segment);
        if (wanted) {
            fetching.succeeded();
            unblock(Stage.FETCH);
        }
        return wanted;
    }

    private void deliver(PartitionTail current) {
        while (batch == null) {
            Delivery next = delivery == null ? nextDelivery(current) : delivery;
            delivery = next;
            if (next == null) {
                return;
            }
            PartitionTail.Admission admitted = next.admission;
            if (admitted.from() == admitted.until()) {
                completed(next, current);
            } else if (isReady(writing)) {
                int attempt = writing.failures() + 1;
                batch = new SegmentBatch(plan, ownership, next.segment, admitted.from(), admitted.until(), attempt);
                env.issue(new Command.Write(batch));
            } else {
                return;
            }
        }
    }

    private @Nullable Delivery nextDelivery(PartitionTail current) {
        SegmentRef head = current.head();
        SegmentReader segment = head == null ? null : prefetch.segment(head);
        if (head == null || segment == null) {
            return null;
        }
        PartitionTail.Admission admission = current.admit(head, segment.lastOffset());
        if (admission == null) {
            return null;
        }
        LossLedger losses = LossReport.tell(env, progress.confirmed().losses(), head, segment, admission);
        return new Delivery(head, segment, admission, losses);
    }

    private @Nullable SegmentRef atSink() {
        return delivery == null ? null : delivery.ref;
    }

    private void confirmed(SegmentBatch written) {
        Delivery done = delivery;
        if (written != batch || done == null || tail == null) {
            return;
        }
        batch = null;
        // Too late a confirmation moves nothing: another owner may have begun where the last commit left off.
        if (phase != Phase.ENDED && !ownership.isRevoked()) {
            writing.succeeded();
            blockedStage = null;
            completed(done, tail);
        }
    }

    private void completed(Delivery done, PartitionTail current) {
        delivery = null;
        suspects.remove(done.ref.segment().key());
        current.completed(done.ref, done.admission.until());
        prefetch.drop(done.ref);
        progress.confirm(new Checkpoint(
                current.expected(),
                current.listFrom(),
                ownership.epoch(),
                Math.max(progress.confirmed().timestampMillis(), done.segment.maxTimestamp()),
                done.losses));
    }

    // ---- what goes wrong

    private void fetchFailed(Command.Fetch command, Throwable cause) {
        if (!prefetch.failed(command)) {
            return;
        }
        SegmentRef ref = command.segment();
        boolean damaged = cause instanceof CorruptSegmentException || cause instanceof UnsupportedSegmentException;
        boolean changed = cause instanceof ObjectChangedException;
        if ((damaged || changed) && tail != null) {
            tail.changed(ref);
        }
        // Once is what a rewrite between listing and reading looks like; list and read again before calling it damaged.
        if (changed || (damaged && suspects.add(ref.segment().key()))) {
            fetching.failed(env.now());
        } else {
            retry(damaged ? Stage.DECODE : Stage.FETCH, fetching, cause);
        }
    }

    private void notConfirmed(SegmentBatch failed, Stage stage, Throwable cause) {
        if (failed != batch) {
            return;
        }
        batch = null;
        Delivery current = delivery;
        if (stage == Stage.DECODE && current != null && tail != null && phase == Phase.RUNNING) {
            // The bytes are bad: fetch them anew. What was accounted for is accounted for again then.
            delivery = null;
            prefetch.drop(current.ref);
            tail.changed(current.ref);
            fetching.failed(env.now());
        }
        retry(stage, writing, cause);
    }

    private void retry(Stage stage, Backoff backoff, Throwable cause) {
        backoff.failed(env.now());
        if (phase != Phase.ENDED) {
            blockedStage = stage;
            blockedReason = Reasons.of(cause);
            env.tell(new ProcessorEvent.Failed(stage, partition(), backoff.failures(), blockedReason));
        }
    }

    private void unblock(Stage stage) {
        blockedStage = blockedStage == stage ? null : blockedStage;
    }

    // ---- commits

    /** Asks for a commit of what is not committed yet; at first that is the epoch, before anything is dispatched. */
    private void askForCommit() {
        if (isHeld() && progress.wantsCommit() && isReady(progress.storing())) {
            commits.want(phase != Phase.RUNNING);
        }
    }

    /** The commit that is due, or null when nothing has moved, or one is on its way. */
    @Nullable
    Commit nextCommit() {
        return isHeld() && progress.wantsCommit() && isReady(progress.storing())
                ? new Commit(ownership.lease(), progress.beginCommit())
                : null;
    }

    private boolean isHeld() {
        return phase != Phase.ENDED && phase != Phase.RELEASING && !ownership.isRevoked();
    }

    void committed(Checkpoint checkpoint) {
        progress.committed(checkpoint);
        unblock(Stage.COMMIT);
        advance();
    }

    void commitConflict(@Nullable Checkpoint found) {
        progress.overwritten();
        env.tell(new ProcessorEvent.ForeignCommit(partition(), found == null ? -1 : found.nextOffset()));
        advance();
    }

    void commitFailed(Throwable cause) {
        progress.commitFailed();
        retry(Stage.COMMIT, progress.storing(), cause);
        advance();
    }

    // ---- the end

    void drain() {
        if (phase == Phase.STARTING || phase == Phase.RUNNING) {
            phase = Phase.DRAINING;
            prefetch.dropAllBut(atSink());
        }
        advance();
    }

    private void finish() {
        if (batch == null && progress.isCommitted() && isReady(progress.storing())) {
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
            retry(Stage.LEASE, progress.storing(), cause);
            advance();
        }
    }

    /** It is no longer ours. A write that still runs is interrupted and waited for; its result counts for nothing. */
    void lost(String reason) {
        if (phase != Phase.ENDED) {
            env.tell(new ProcessorEvent.Lost(partition(), reason));
            if (batch != null) {
                env.issue(new Command.Interrupt(ownership));
            }
            end();
        }
    }

    private void end() {
        phase = Phase.ENDED;
        ownership.revoke();
        prefetch.dropAllBut(atSink());
        advance();
    }

    // ---- time

    /** Whether it may be tried; if not yet, this partition is called when it may. */
    private boolean isReady(Backoff backoff) {
        return backoff.isReady(env.now()) || isDue(backoff.readyAtNanos());
    }

    /** Whether this time has come; if not, this partition is called when it has. */
    private boolean isDue(long nanos) {
        if (env.now() - nanos >= 0) {
            return true;
        }
        boolean sooner = alarmNanos == null || nanos - alarmNanos < 0 || env.now() - alarmNanos >= 0;
        if (sooner) {
            alarmNanos = nanos;
            env.at(nanos, this::advance);
        }
        return false;
    }

    PartitionHealth health() {
        Checkpoint stored = progress.committed();
        Checkpoint confirmed = progress.confirmed();
        long known = tail == null ? confirmed.nextOffset() : tail.knownEnd();
        return new PartitionHealth(
                ownership.epoch(),
                stored == null ? 0 : stored.nextOffset(),
                confirmed.nextOffset(),
                Math.max(known, prefetch.end()),
                blockedStage == null ? null : blockedStage.label() + ": " + blockedReason,
                confirmed.losses());
    }

    @Override
    public String toString() {
        return partition() + " " + phase + " epoch " + ownership.epoch() + " confirmed "
                + progress.confirmed().nextOffset() + (progress.isCommitted() ? "" : " uncommitted")
                + (progress.isCommitting() ? " committing" : "") + (listingNow ? " listing" : "")
                + (batch == null ? "" : " writing " + batch)
                + (blockedStage == null ? "" : " blocked on " + blockedReason);
    }
}
