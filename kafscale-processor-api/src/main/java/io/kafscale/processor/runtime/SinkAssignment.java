package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.Stage;
import org.jspecify.annotations.Nullable;

/** Tells a partition's sink that it is going to get records, and that it gets no more. */
final class SinkAssignment {

    private enum State {
        UNKNOWN,
        ASSIGNING,
        ASSIGNED,
        REVOKING,
        REVOKED
    }

    private final Environment env;
    private final Wakeup wakeup;
    private final Blockage blockage;
    private final Ownership ownership;
    private final Checkpoint start;
    private final boolean isMoved;
    private final Backoff backoff;
    private State state = State.UNKNOWN;
    private boolean accepted;
    private boolean touched;

    SinkAssignment(
            Environment env, Wakeup wakeup, Blockage blockage, Ownership ownership, Checkpoint start, boolean isMoved) {
        this.env = env;
        this.wakeup = wakeup;
        this.blockage = blockage;
        this.ownership = ownership;
        this.start = start;
        this.isMoved = isMoved;
        this.backoff = env.newBackoff();
    }

    /** Has the sink told. Whether it knows. */
    boolean isAssigned() {
        if (state == State.UNKNOWN && !blockage.isStopped() && wakeup.isReady(backoff)) {
            state = State.ASSIGNING;
            touched = true;
            env.issue(new Command.Assign(ownership, start, isMoved));
        }
        return state == State.ASSIGNED;
    }

    /** Whether the sink has agreed where to begin, under this epoch. Only then may the epoch be committed. */
    boolean wasAccepted() {
        return accepted;
    }

    /** Whether the sink has not answered yet. */
    boolean isUnderWay() {
        return state == State.ASSIGNING;
    }

    void assigned() {
        state = State.ASSIGNED;
        backoff.succeeded();
        blockage.resolved(Stage.SINK);
    }

    /** It begins where its sink wants it to. */
    void accept() {
        accepted = true;
    }

    void failed(Throwable cause) {
        state = State.UNKNOWN;
        blockage.failed(Stage.SINK, backoff, cause);
    }

    /** Has the sink told that no more comes, if it ever was told that something would. Whether it knows. */
    boolean isRevoked(Revocation cause) {
        if (touched && (state == State.ASSIGNED || state == State.UNKNOWN)) {
            state = State.REVOKING;
            env.issue(new Command.Revoke(ownership, cause));
        }
        return !touched || state == State.REVOKED;
    }

    void revoked() {
        state = State.REVOKED;
    }

    /**
     * Where to begin instead, since the sink keeps a position of its own: there, unless the checkpoint store has seen a later
     * epoch than the sink; then at the lower of both, since one of them was set back, and it cannot be told which. Null when
     * it begins as it was to.
     */
    static @Nullable Checkpoint elsewhere(Checkpoint start, boolean isMoved, long epoch, @Nullable Checkpoint stored) {
        if (stored == null) {
            return null;
        }
        long next = start.nextOffset();
        if (!isMoved) {
            next = stored.epoch() >= start.epoch()
                    ? stored.nextOffset()
                    : Math.min(stored.nextOffset(), start.nextOffset());
        }
        if (next == start.nextOffset() && stored.epoch() < epoch) {
            return null;
        }
        boolean isFurther = next >= start.nextOffset();
        return new Checkpoint(
                next,
                isFurther ? start.listFrom() : Checkpoint.UNKNOWN,
                Math.max(start.epoch(), stored.epoch()),
                start.timestampMillis(),
                start.losses());
    }
}
