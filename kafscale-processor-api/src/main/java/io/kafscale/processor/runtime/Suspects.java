package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.processor.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of records that fail: which of a batch is to blame, and when it is put aside.
 *
 * <p>A batch that failed as often as its policy says is halved until one offset alone fails that often too. Records that end
 * the whole worker leave no such trace; they are found by the number of owners that began at the same offset: from then on
 * one offset is handed over at a time, each planned in the checkpoint before, so that when this owner ends too, the next one
 * knows at which.
 */
final class Suspects {

    private final Environment env;
    private final Wakeup wakeup;
    private final Blockage blockage;
    private final CheckpointProgress progress;
    private final Ownership ownership;
    private final TopicPlan plan;
    private final Backoff writing;
    private final Backoff burying;
    /** One of the offsets below this is to blame. */
    private long suspectedUntil;
    /** Below this one offset is handed over at a time. */
    private long oneByOneUntil;

    private boolean triedBefore;
    private Command.@Nullable Bury grave;
    private @Nullable SegmentRef condemned;
    private @Nullable Throwable condemnedFor;
    private boolean isUnreadable;
    private boolean isBeingBuried;

    Suspects(
            Environment env,
            Wakeup wakeup,
            Blockage blockage,
            CheckpointProgress progress,
            Ownership ownership,
            TopicPlan plan,
            Backoff writing) {
        this.env = env;
        this.wakeup = wakeup;
        this.blockage = blockage;
        this.progress = progress;
        this.ownership = ownership;
        this.plan = plan;
        this.writing = writing;
        this.burying = env.newBackoff();
        ErrorPolicy policy = plan.policy(Stage.SINK);
        Checkpoint start = progress.confirmed();
        long ownersBefore = start.attempts() - 1;
        if (policy.isolatesRecords() && ownersBefore >= policy.attempts()) {
            oneByOneUntil = start.nextOffset() + plan.batches().maxRecords();
            triedBefore = ownersBefore > policy.attempts() && start.plannedEnd() != Checkpoint.UNKNOWN;
        }
    }

    // ---- how much is handed over

    boolean isOneByOne() {
        return progress.confirmed().nextOffset() < oneByOneUntil;
    }

    /** How many offsets the next batch may have. */
    long mostRecords() {
        if (isOneByOne()) {
            return 1;
        }
        long suspected = suspectedUntil - progress.confirmed().nextOffset();
        return suspected > 0 ? suspected : Long.MAX_VALUE;
    }

    /** How many owners have begun in vain, once everything below {@code nextOffset} is confirmed. */
    long attemptsAt(long nextOffset) {
        return nextOffset < oneByOneUntil ? progress.confirmed().attempts() : 0;
    }

    /** Whether this is the record at which the owners before ended, the last of them with nothing else at its sink. */
    boolean killsItsOwners(PendingBatch next) {
        return triedBefore
                && !next.isSkipped()
                && next.span() == 1
                && next.next() == progress.confirmed().plannedEnd();
    }

    void putAsideUntried(PendingBatch next, SegmentBatch batch) {
        triedBefore = false;
        long owners = progress.confirmed().attempts() - 1;
        putAside(
                next,
                batch,
                next.first(),
                Stage.SINK,
                (int) owners,
                new IllegalStateException(owners + " workers ended while they had it at their sink"));
    }

    // ---- what failed

    /** What is handed over next after this batch was refused: itself, or its first half. */
    PendingBatch refused(PendingBatch batch, SegmentBatch records, Stage stage, Throwable cause) {
        ErrorPolicy policy = plan.policy(stage);
        blockage.failed(stage, writing, cause);
        if (blockage.isStopped() || !policy.isolatesRecords() || batch.isSkipped()) {
            return batch;
        }
        boolean isHalf = batch.span() > 1 && batch.first() < suspectedUntil;
        if (writing.failures() < policy.attempts() && !isHalf) {
            return batch;
        }
        if (cause instanceof RecordFailedException failure && batch.isBlamed(failure)) {
            putAside(batch, records, failure.offset(), stage, writing.failures(), cause);
            return batch;
        } else if (batch.span() == 1) {
            putAside(batch, records, batch.first(), stage, writing.failures(), cause);
            return batch;
        }
        if (plan.isPlanned()) {
            return batch; // which is handed over whole, or not at all
        }
        suspectedUntil = Math.max(suspectedUntil, batch.next());
        writing.succeeded();
        return batch.half();
    }

    private void putAside(
            PendingBatch batch, SegmentBatch records, long offset, Stage stage, int attempts, Throwable cause) {
        if (plan.policy(stage).then() == ErrorPolicy.Action.SKIP) {
            batch.skip(offset);
            env.tell(new DeliveryEvent.Skipped(ownership.partition(), offset, offset + 1, stage, Reasons.of(cause)));
            settled();
        } else {
            grave = new Command.Bury(ownership, records, offset, stage, attempts, cause);
            bury();
        }
    }

    private void settled() {
        writing.succeeded();
        blockage.resolved();
    }

    // ---- dead letters

    /** Whether a record is on its way to the dead letters. Begins again what failed, when it is time. */
    boolean isBurying() {
        if (grave != null && !isBeingBuried && !ownership.isRevoked() && wakeup.isReady(burying)) {
            bury();
        }
        return grave != null && !(ownership.isRevoked() && !isBeingBuried);
    }

    private void bury() {
        if (grave != null) {
            isBeingBuried = true;
            env.issue(grave);
        }
    }

    void buried(@Nullable PendingBatch batch, Event.Buried buried) {
        Command.Bury done = buried.command();
        isBeingBuried = false;
        grave = null;
        burying.succeeded();
        if (batch == null) {
            return;
        }
        if (buried.existed()) {
            batch.buried(done.offset());
            env.tell(new DeliveryEvent.DeadLettered(
                    ownership.partition(), done.offset(), done.stage(), done.attempts(), Reasons.of(done.cause())));
        } else {
            batch.skip(done.offset());
        }
        settled();
    }

    void buryFailed(Throwable cause) {
        isBeingBuried = false;
        blockage.failed(Stage.DEAD_LETTER, burying, cause);
    }

    // ---- damaged segments

    /** A segment's bytes are bad. Whether it is given up for that, rather than fetched anew. */
    boolean damaged(SegmentRef segment, Throwable cause) {
        ErrorPolicy policy = plan.policy(Stage.DECODE);
        blockage.failed(Stage.DECODE, writing, cause);
        boolean givenUp = policy.then() == ErrorPolicy.Action.SKIP && writing.failures() >= policy.attempts();
        if (givenUp) {
            condemn(segment, cause);
        }
        return givenUp;
    }

    /** A segment cannot even be opened, and is given up. */
    void unreadable(SegmentRef segment, Throwable cause) {
        condemn(segment, cause);
        isUnreadable = true;
    }

    private void condemn(SegmentRef segment, Throwable cause) {
        condemned = segment;
        condemnedFor = cause;
        isUnreadable = false;
        writing.succeeded();
    }

    /** A segment could be opened after all. */
    void readable(SegmentRef segment) {
        if (isUnreadable(segment)) {
            condemned = null;
        }
    }

    /** Whether the segment is to be skipped, from where it is now. */
    boolean isCondemned(SegmentRef segment) {
        return segment.equals(condemned);
    }

    boolean isUnreadable(SegmentRef segment) {
        return isUnreadable && isCondemned(segment);
    }

    void tellSkipped(long from, long until) {
        condemned = null;
        env.tell(new DeliveryEvent.Skipped(
                ownership.partition(),
                from,
                until,
                Stage.DECODE,
                condemnedFor == null ? "" : Reasons.of(condemnedFor)));
        blockage.resolved();
    }
}
