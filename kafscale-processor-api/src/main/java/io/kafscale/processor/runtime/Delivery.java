package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands one batch of a partition after another to the sink, again until it is confirmed, and says how far that got. What
 * becomes of one that keeps failing is decided by {@link Suspects}.
 */
final class Delivery {

    private final Environment env;
    private final Wakeup wakeup;
    private final Blockage blockage;
    private final WriteSlots slots;
    private final SegmentFinder finder;
    private final RangeGuard range;
    private final Prefetch prefetch;
    private final CheckpointProgress progress;
    private final Ownership ownership;
    private final TopicPlan plan;
    private final BatchAssembler assembler;
    private final Suspects suspects;
    private final Backoff writing;
    private @Nullable PendingBatch pending;
    private @Nullable SegmentBatch batch;
    private long dispatchedNanos;

    Delivery(
            Environment env,
            Wakeup wakeup,
            Blockage blockage,
            WriteSlots slots,
            SegmentFinder finder,
            RangeGuard range,
            Prefetch prefetch,
            CheckpointProgress progress,
            Ownership ownership,
            TopicPlan plan) {
        this.env = env;
        this.wakeup = wakeup;
        this.blockage = blockage;
        this.slots = slots;
        this.finder = finder;
        this.range = range;
        this.prefetch = prefetch;
        this.progress = progress;
        this.ownership = ownership;
        this.plan = plan;
        this.assembler = new BatchAssembler(env, wakeup, blockage, finder, range, prefetch, progress, plan);
        this.writing = env.newBackoff();
        this.suspects = new Suspects(env, wakeup, blockage, progress, ownership, plan, writing);
    }

    /** Hands over what comes next, if it is here and the sink is idle. */
    void deliver() {
        while (batch == null && !suspects.isBurying() && !blockage.isStopped()) {
            PendingBatch next = pending == null ? assemble() : pending;
            pending = next;
            if (next == null) {
                return;
            } else if (next.span() == 0) {
                confirm(next, next.next());
            } else if (suspects.killsItsOwners(next)) {
                suspects.putAsideUntried(next, batchOf(next));
            } else if (!mayDispatch(next)) {
                return;
            } else {
                dispatch(next);
            }
        }
    }

    private @Nullable PendingBatch assemble() {
        SegmentRef first = finder.tail().head();
        if (first != null && suspects.isUnreadable(first)) {
            // Where it ends only the next one tells.
            SegmentRef following = finder.tail().second();
            return following == null ? null : skipUnread(first, following.baseOffset());
        }
        AdmittedSegment head = assembler.head();
        if (head != null && suspects.isCondemned(head.ref())) {
            return skipRest(head);
        }
        Checkpoint confirmed = progress.confirmed();
        long planned = confirmed.plannedEnd();
        return planned == Checkpoint.UNKNOWN
                ? assembler.next(Long.MAX_VALUE, suspects.mostRecords())
                : assembler.next(planned, Long.MAX_VALUE);
    }

    /** Whether the batch may go to the sink now. What it waits for calls the partition. */
    private boolean mayDispatch(PendingBatch next) {
        if (!wakeup.isReady(writing)) {
            return false;
        }
        boolean isPlanned = !next.isSkipped() && (plan.isPlanned() || suspects.isOneByOne());
        return (!isPlanned || progress.isPlanned(next.next())) && slots.take(ownership.partition(), wakeup);
    }

    private void dispatch(PendingBatch next) {
        SegmentBatch dispatched = batchOf(next);
        batch = dispatched;
        dispatchedNanos = env.now();
        env.issue(new Command.Write(dispatched));
    }

    private SegmentBatch batchOf(PendingBatch next) {
        return new SegmentBatch(plan, ownership, next, writing.failures() + 1);
    }

    // ---- what the sink says

    /** The sink confirms the offsets below {@code until}, and goes on writing the others. */
    void confirmedPartly(SegmentBatch written, long until) {
        PendingBatch confirmed = pending;
        if (written != batch || confirmed == null || ownership.isRevoked() || confirmed.isSkipped()) {
            return; // too late, or of offsets without records, which are confirmed all at once
        }
        if (until > confirmed.first()) {
            confirm(confirmed, until);
        }
    }

    void confirmed(SegmentBatch written) {
        if (written != batch) {
            return;
        }
        batch = null;
        PendingBatch done = pending;
        // Too late a confirmation moves nothing: another owner may have begun where the last commit left off.
        if (ownership.isRevoked()) {
            return;
        }
        if (done == null || !done.isSkipped()) {
            env.tell(new DeliveryEvent.Delivered(
                    ownership.partition(),
                    written.firstOffset(),
                    written.nextOffset(),
                    written.delivered(),
                    written.dropped(),
                    written.attempt(),
                    Duration.ofNanos(env.now() - dispatchedNanos)));
        }
        writing.succeeded();
        blockage.resolved();
        if (done != null) {
            confirm(done, done.next());
        }
    }

    /** Moves on to {@code until}, which lies in this batch or at its end. */
    private void confirm(PendingBatch done, long until) {
        LossLedger losses = progress.confirmed().losses();
        long timestamp = Checkpoint.UNKNOWN;
        PartitionTail tail = finder.tail();
        for (Portion portion : done.portions()) {
            AdmittedSegment segment = portion.admitted();
            if (portion.from() >= until && done.span() > 0) {
                break;
            }
            if (portion.from() == segment.admission().from()) {
                losses = segment.begun(losses);
            }
            if (portion.isLast() && portion.until() <= until) {
                losses = segment.completed(losses);
                timestamp = Math.max(timestamp, segment.segment().maxTimestamp());
                tail.completed(segment.ref(), segment.until());
                range.completed(segment.segment().nextOffset(), tail.expected());
                prefetch.completed(segment.ref());
                assembler.forgetHead();
            }
        }
        long next = Math.max(until, progress.confirmed().nextOffset());
        progress.confirm(next, tail.listFrom(), timestamp, done.putAside(losses, until), suspects.attemptsAt(next));
        pending = until >= done.next() ? null : done.after(until);
    }

    /** The records of this batch will be handed over again, unless the policy says otherwise. */
    void notConfirmed(SegmentBatch failed, Stage stage, Throwable cause) {
        PendingBatch refused = pending;
        if (failed != batch) {
            return;
        }
        batch = null;
        SegmentRef bad = failed.damaged();
        if (ownership.isRevoked() || refused == null) {
            blockage.failed(stage, writing, cause);
        } else if (bad != null) {
            damaged(bad, cause);
        } else {
            pending = suspects.refused(refused, batchOf(refused), stage, cause);
            if (blockage.isStopped()) {
                close();
                prefetch.dropAllBut(List.of());
            }
        }
    }

    /** The bytes are bad: they will come anew. What was accounted for with them is accounted for again then. */
    private void damaged(SegmentRef bad, Throwable cause) {
        pending = null;
        assembler.forgetHead();
        if (suspects.damaged(bad, cause)) {
            return;
        }
        prefetch.damaged(finder.tail(), bad);
    }

    /** The sink was not called, since the lease has ended. */
    void notWritten(SegmentBatch unwritten) {
        batch = unwritten == batch ? null : batch;
    }

    // ---- what is put aside

    /** What is left of a damaged segment is passed over. */
    private PendingBatch skipRest(AdmittedSegment head) {
        long until = head.until();
        long from = Math.min(
                until, Math.max(head.admission().from(), progress.confirmed().nextOffset()));
        return skipped(PendingBatch.skipped(new Portion(head, from, until)));
    }

    private PendingBatch skipUnread(SegmentRef unread, long until) {
        PartitionTail tail = finder.tail();
        long from = Math.min(until, tail.expected());
        tail.completed(unread, until);
        prefetch.completed(unread);
        return skipped(PendingBatch.skipped(from, until));
    }

    private PendingBatch skipped(PendingBatch range) {
        if (range.span() > 0) {
            suspects.tellSkipped(range.first(), range.next());
        }
        return range;
    }

    /** A record has been put aside, and counts as dealt with. */
    void buried(Event.Buried buried) {
        suspects.buried(pending, buried);
    }

    void buryFailed(Throwable cause) {
        suspects.buryFailed(cause);
    }

    /** A segment cannot be read at all, has failed as often as its policy says, and is to be skipped. */
    void unreadable(SegmentRef segment, Throwable cause) {
        suspects.unreadable(segment, cause);
    }

    /** A segment is here. */
    void arrived(SegmentRef segment) {
        suspects.readable(segment);
    }

    // ---- how things are

    /** Whether the sink has a batch that it has not answered yet, or a record of it is being put aside. */
    boolean isWriting() {
        return batch != null || suspects.isBurying();
    }

    /** Whether a batch waits until it is committed where it ends. */
    boolean waitsForPlan() {
        PendingBatch next = pending;
        return batch == null && next != null && progress.confirmed().plannedEnd() == next.next();
    }

    /** The segments whose records are at the sink, or were and will be again. */
    List<SegmentRef> atSink() {
        List<SegmentRef> held = new ArrayList<>();
        SegmentRef partly = assembler.inParts();
        if (partly != null) {
            held.add(partly);
        }
        if (pending != null) {
            pending.portions().forEach(portion -> held.add(portion.ref()));
        }
        return held;
    }

    /** Nothing is handed over again. */
    void close() {
        pending = null;
        assembler.forgetHead();
    }

    @Override
    public String toString() {
        return batch == null ? "" : " writing " + batch;
    }
}
