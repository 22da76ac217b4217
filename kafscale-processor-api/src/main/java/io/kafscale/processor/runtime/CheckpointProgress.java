package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import org.jspecify.annotations.Nullable;

/** How far a partition's sink has confirmed, how far that was committed, and the commit that is under way. */
final class CheckpointProgress {

    private final Environment env;
    private final Wakeup wakeup;
    private final Blockage blockage;
    private final Ownership ownership;
    private final Backoff storing;
    private final Checkpoint start;
    private Checkpoint confirmed;
    private @Nullable Checkpoint committed;
    private boolean committing;
    private long progressNanos;

    CheckpointProgress(Environment env, Wakeup wakeup, Blockage blockage, Ownership ownership, Checkpoint start) {
        this.env = env;
        this.wakeup = wakeup;
        this.blockage = blockage;
        this.ownership = ownership;
        this.storing = env.newBackoff();
        this.progressNanos = env.now();
        this.start = start;
        this.confirmed = start.withEpoch(ownership.epoch());
    }

    Checkpoint confirmed() {
        return confirmed;
    }

    /**
     * The sink has confirmed all below {@code nextOffset}, of records as late as {@code timestampMillis}; what is planned
     * beyond that stays planned.
     */
    void confirm(long nextOffset, long listFrom, long timestampMillis, LossLedger losses, long attempts) {
        long latest = Math.max(confirmed.timestampMillis(), timestampMillis);
        long planned = confirmed.plannedEnd() > nextOffset ? confirmed.plannedEnd() : Checkpoint.UNKNOWN;
        confirmed = new Checkpoint(nextOffset, listFrom, confirmed.epoch(), latest, losses, attempts, planned);
        progressNanos = env.now();
    }

    /** One more owner begins here, and may end here too. */
    void countOwner() {
        confirmed = confirmed.withAttempts(start.attempts() + 1);
    }

    /** This owner ends as it should, so that it does not count. */
    void endedWell() {
        if (confirmed.nextOffset() == start.nextOffset() && confirmed.attempts() > start.attempts()) {
            confirmed = confirmed.withAttempts(start.attempts());
        }
    }

    /** Whether it is committed that the next batch ends at {@code end}. Sees to it that it will be. */
    boolean isPlanned(long end) {
        if (confirmed.plannedEnd() != end) {
            confirmed = confirmed.withPlannedEnd(end);
        }
        return isCommitted();
    }

    /** Nothing is left to do; that counts as progress. */
    void idle() {
        progressNanos = env.now();
    }

    /** When there was progress last. */
    long progressNanos() {
        return progressNanos;
    }

    /** What the store has of this ownership, or null when it has nothing yet. */
    @Nullable
    Checkpoint committed() {
        return committed;
    }

    boolean isCommitted() {
        return !committing && confirmed.equals(committed);
    }

    /** Whether the store may be asked for something. */
    boolean isStoreReady() {
        return !committing && wakeup.isReady(storing);
    }

    /** Whether all is committed, and the store may be asked for something else. */
    boolean isSettled() {
        return isCommitted() && wakeup.isReady(storing);
    }

    /** Whether there is something to commit, and the store may be asked to. */
    boolean wantsCommit() {
        return !committing && !confirmed.equals(committed) && wakeup.isReady(storing);
    }

    Commit beginCommit() {
        committing = true;
        return new Commit(ownership.lease(), confirmed);
    }

    void committed(Checkpoint checkpoint) {
        committing = false;
        committed = checkpoint;
        storing.succeeded();
        blockage.resolved(Stage.COMMIT);
    }

    /** What the store has is not ours. */
    void overwritten(@Nullable Checkpoint found) {
        committing = false;
        committed = null;
        env.tell(new ProcessorEvent.ForeignCommit(ownership.partition(), found == null ? -1 : found.nextOffset()));
    }

    /** It may have been applied or not; the next commit tells. */
    void commitFailed(Throwable cause) {
        committing = false;
        blockage.failed(Stage.COMMIT, storing, cause);
    }

    /** The lease could not be given back; that waits for the same store. */
    void releaseFailed(Throwable cause) {
        blockage.failed(Stage.LEASE, storing, cause);
    }

    @Override
    public String toString() {
        return " confirmed " + confirmed.nextOffset()
                + (confirmed.plannedEnd() == Checkpoint.UNKNOWN ? "" : " planned " + confirmed.plannedEnd())
                + (isCommitted() ? "" : " uncommitted")
                + (committing ? " committing" : "");
    }
}
