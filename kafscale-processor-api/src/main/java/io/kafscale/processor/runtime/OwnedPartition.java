package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.discovery.ListedSegment;
import io.kafscale.discovery.LogRange;
import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.OutOfRangePolicy;
import io.kafscale.processor.OverlapPolicy;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import io.kafscale.segment.UnsupportedSegmentException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
    private final TopicPolls polls;
    private final Consequences consequences;
    private final Ownership ownership;
    private final TopicPlan plan;
    private final Prefetch prefetch;
    private final PollPace pace;
    private final RangeGuard range;
    private final CheckpointProgress progress;
    private final EndHint hint;
    private final Backoff listing;
    private final Backoff fetching;
    private final Backoff writing;
    private final Set<String> suspects = new HashSet<>();

    private final long takenAtNanos;

    private Phase phase = Phase.STARTING;
    private @Nullable PartitionTail tail;
    private boolean listingNow;
    private boolean endsShort;
    private @Nullable Checkpoint beginAnewAt;
    private @Nullable String stoppedBecause;
    private @Nullable Delivery delivery;
    private @Nullable SegmentBatch batch;
    private @Nullable Stage blockedStage;
    private String blockedReason = "";
    private @Nullable Long alarmNanos;

    /** What becomes of it at its end. */
    interface Consequences {
        /** It is over, and nothing of it is at a sink any more. */
        void over(OwnedPartition partition);

        /** The partition is still owned, and begins anew somewhere else. */
        void beginsAnew(OwnedPartition partition, Checkpoint at);
    }

    /** The segment whose records are at the sink, and what its confirmation will mean. */
    private record Delivery(
            SegmentRef ref, SegmentReader segment, PartitionTail.Admission admission, LossLedger losses) {}

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
        this.polls = polls;
        this.consequences = consequences;
        this.ownership = ownership;
        this.plan = plan;
        this.takenAtNanos = env.now();
        this.prefetch = new Prefetch(env, buffers, this);
        this.pace = env.newPace();
        this.range = new RangeGuard(env);
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
        } else if (event instanceof Event.RangeSeen seen) {
            rangeSeen(seen.range());
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
        if (phase == Phase.RUNNING && beginAnewAt != null) {
            beginAnew(beginAnewAt);
        } else if (phase == Phase.RUNNING && current != null && stoppedBecause == null && !ownership.isRevoked()) {
            list(current);
            fetch(current);
            deliver(current);
            guard(current);
            // What was delivered may have shown a hole that another listing has to confirm.
            list(current);
            fetch(current);
        } else if (phase == Phase.DRAINING) {
            finish();
        } else if (phase == Phase.ENDED && batch == null) {
            delivery = null;
            prefetch.dropAllBut(null);
            consequences.over(this);
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
        pace.hint(env.now());
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
        if (current.wantsListing() || hinted) {
            env.issue(beginListing());
        } else if (!isBusy(current) && isDue(pace.nextNanos())) {
            if (range.isLogEmpty()) {
                lookAtRange(current);
            } else {
                polls.due(this);
            }
        }
    }

    /** Whether there is more to be read than is fetched ahead; more to read would be of no use. */
    private boolean isBusy(PartitionTail current) {
        return current.isMoreReadyThan(env.settings().prefetchSegments());
    }

    /** Whether it may be listed now, since others of its topic are, though its turn has not quite come. */
    boolean joinsPoll() {
        PartitionTail current = tail;
        return phase == Phase.RUNNING
                && !ownership.isRevoked()
                && stoppedBecause == null
                && beginAnewAt == null
                && current != null
                && !listingNow
                && !current.wantsListing()
                && !isBusy(current)
                && !range.isLogEmpty()
                && listing.failures() == 0
                && pace.isNearlyDue(env.now());
    }

    Command.ListSegments beginListing() {
        listingNow = true;
        hint.listing();
        return new Command.ListSegments(ownership, Objects.requireNonNull(tail).beginListing());
    }

    /** The listing that was begun is here; null when it left this partition out, which is then to be listed alone. */
    void listedTogether(@Nullable SegmentListing result) {
        if (result != null) {
            listed(result);
        } else if (tail != null) {
            listingNow = false;
            tail.listingFailed();
        }
        advance();
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
        pace.noLaterThan(env.anyTimeWithin(env.shortestPoll()));
        advance();
    }

    private void listed(SegmentListing result) {
        listingNow = false;
        listing.succeeded();
        unblock(Stage.LIST);
        if (tail != null) {
            tail.listed(result, env.now());
            looked(!tail.isIdle());
            prefetch.dropReplaced(tail, atSink());
            long knownEnd = prefetch.knownEnd(tail);
            hint.listed(knownEnd < 0, knownEnd, env.now());
        }
    }

    private void looked(boolean found) {
        pace.looked(env.now(), found, env.shortestPoll(), env.longestPoll());
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
        if (admission == null || isPerhapsBelow(current, admission) || isStoppedAt(head, segment, admission)) {
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
        endsShort = done.segment.nextOffset() < current.expected();
        prefetch.drop(done.ref);
        progress.confirm(new Checkpoint(
                current.expected(),
                current.listFrom(),
                ownership.epoch(),
                Math.max(progress.confirmed().timestampMillis(), done.segment.maxTimestamp()),
                done.losses));
    }

    // ---- where the log begins and ends

    /** Has the log's range looked at when it may have ended before the position, and now and then. */
    private void guard(PartitionTail current) {
        if (current.expected() == 0 || batch != null || !current.isIdle()) {
            return;
        }
        range.doubt(!current.isAnchored() || endsShort);
        if (!listingNow && isReady(listing) && isDue(range.lookAtNanos())) {
            lookAtRange(current);
        }
    }

    private void lookAtRange(PartitionTail current) {
        listingNow = true;
        env.issue(new Command.LookAtRange(ownership, current.expected(), Math.max(0, current.listFrom() - 1)));
    }

    /** Whether what is missing before a segment was perhaps deleted unread, rather than lost by a broker. */
    private boolean isPerhapsBelow(PartitionTail current, PartitionTail.Admission admission) {
        boolean atHole = admission.gapFrom() < admission.from();
        if (!atHole || current.isAnchored() || range.isNotBelow(current.expected())) {
            return false;
        }
        if (!listingNow && isReady(listing)) {
            lookAtRange(current);
        }
        return true;
    }

    private boolean isStoppedAt(SegmentRef head, SegmentReader segment, PartitionTail.Admission admission) {
        List<ProcessorEvent.Overlap> overlaps = LossReport.overlaps(head, segment, admission);
        if (overlaps.isEmpty() || plan.onOverlap() == OverlapPolicy.REPORT) {
            return false;
        }
        ProcessorEvent.Overlap first = overlaps.get(0);
        stop(new ProcessorEvent.StoppedAtOverlap(partition(), first.object(), first.from(), first.until()));
        return true;
    }

    private void stop(ProcessorEvent reason) {
        stoppedBecause = reason.message();
        prefetch.dropAllBut(null);
        env.tell(reason);
    }

    private void rangeSeen(LogRange seen) {
        listingNow = false;
        listing.succeeded();
        unblock(Stage.LIST);
        if (tail == null || phase != Phase.RUNNING) {
            return;
        }
        boolean wasEmpty = range.isLogEmpty();
        long position = tail.expected();
        RangeGuard.Verdict verdict = range.seen(seen, position, !tail.isIdle());
        if (verdict == RangeGuard.Verdict.EMPTY) {
            looked(false);
        } else if (wasEmpty) {
            pace.hint(env.now());
        }
        if (verdict == RangeGuard.Verdict.BELOW || verdict == RangeGuard.Verdict.ABOVE) {
            outOfRange(position, seen);
        }
    }

    private void outOfRange(long position, LogRange log) {
        OutOfRangePolicy policy = plan.onOutOfRange();
        ProcessorEvent event = new ProcessorEvent.OutOfRange(partition(), position, log.first(), log.end(), policy);
        if (policy == OutOfRangePolicy.STOP) {
            stop(event);
            return;
        }
        env.tell(event);
        Checkpoint before = progress.confirmed();
        long to = policy == OutOfRangePolicy.EARLIEST ? log.first() : log.end();
        // What the log holds no more, and what it holds and is not read.
        long passedOver = to - Math.min(position, log.first());
        beginAnewAt = new Checkpoint(
                to,
                policy == OutOfRangePolicy.EARLIEST ? to : Checkpoint.UNKNOWN,
                before.epoch(),
                before.timestampMillis(),
                passedOver == 0 ? before.losses() : before.losses().plusGap(passedOver));
    }

    /** Somewhere else is under a new epoch: within one, offsets only grow. */
    private void beginAnew(Checkpoint at) {
        prefetch.dropAllBut(null);
        if (batch == null && progress.isCommitted()) {
            phase = Phase.ENDED;
            ownership.revoke();
            consequences.beginsAnew(this, at);
        }
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
        if (changed) {
            env.tell(
                    new ProcessorEvent.SegmentChanged(partition(), ref.segment().key()));
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
                stoppedBecause != null
                        ? stoppedBecause
                        : blockedStage == null ? null : blockedStage.label() + ": " + blockedReason,
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
