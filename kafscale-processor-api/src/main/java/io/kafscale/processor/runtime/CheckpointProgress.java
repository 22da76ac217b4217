package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.LossLedger;
import org.jspecify.annotations.Nullable;

/** How far a partition's sink has confirmed, how far that was committed, and the commit that is under way. */
final class CheckpointProgress {

    private final Backoff storing;
    private Checkpoint confirmed;
    private @Nullable Checkpoint committed;
    private boolean committing;

    CheckpointProgress(Checkpoint start, Backoff storing) {
        this.confirmed = start;
        this.storing = storing;
    }

    Checkpoint confirmed() {
        return confirmed;
    }

    /** The sink has confirmed all below {@code nextOffset}, of records as late as {@code timestampMillis}. */
    void confirm(long nextOffset, long listFrom, long timestampMillis, LossLedger losses) {
        long latest = Math.max(confirmed.timestampMillis(), timestampMillis);
        confirmed = new Checkpoint(nextOffset, listFrom, confirmed.epoch(), latest, losses);
    }

    /** What the store has of this ownership, or null when it has nothing yet. */
    @Nullable
    Checkpoint committed() {
        return committed;
    }

    boolean isCommitted() {
        return !committing && confirmed.equals(committed);
    }

    boolean wantsCommit() {
        return !committing && !confirmed.equals(committed);
    }

    boolean isCommitting() {
        return committing;
    }

    /** Failures of commits and of the release: both wait for the same store. */
    Backoff storing() {
        return storing;
    }

    Checkpoint beginCommit() {
        committing = true;
        return confirmed;
    }

    void committed(Checkpoint checkpoint) {
        committing = false;
        committed = checkpoint;
        storing.succeeded();
    }

    /** What the store has is not ours. */
    void overwritten() {
        committing = false;
        committed = null;
    }

    /** It may have been applied or not; the next commit tells. */
    void commitFailed() {
        committing = false;
    }
}
