package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.StartPosition;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Settles where an ownership begins, with the sink's consent, and when it is to begin anew somewhere else.
 *
 * <p>The sink is asked before this ownership's epoch is committed, so that a sink that keeps its own position never falls
 * behind the epochs of the store. Where neither store nor sink know the partition, it begins as the topic's plan says.
 */
final class Placement {

    private final Environment env;
    private final CheckpointProgress progress;
    private final PartitionPipeline reader;
    private final Ownership ownership;
    private final StartPosition firstStart;
    private final Checkpoint start;
    private final boolean isMoved;
    private final SinkAssignment assignment;
    private final Repositioning repositioning;
    private boolean isUnknown;

    Placement(
            Environment env,
            Wakeup wakeup,
            Blockage blockage,
            CheckpointProgress progress,
            PartitionPipeline reader,
            Ownership ownership,
            TopicPlan plan,
            Checkpoint start,
            boolean isMoved) {
        this.env = env;
        this.progress = progress;
        this.reader = reader;
        this.ownership = ownership;
        this.firstStart = plan.start();
        this.start = start;
        this.isMoved = isMoved;
        this.assignment = new SinkAssignment(env, wakeup, blockage, ownership, start, isMoved);
        this.repositioning = new Repositioning(env, wakeup, blockage, ownership);
    }

    /** Whether it begins where it is. If not, that is being found out, or it is to begin anew elsewhere. */
    boolean isSettled() {
        if (reader.elsewhere() != null || !assignment.isAssigned()) {
            return false;
        }
        if (isUnknown && repositioning.isAtStart(firstStart)) {
            isUnknown = false;
            assignment.accept();
        }
        return assignment.wasAccepted();
    }

    /** Takes in what it has asked for. False when that is none of its concern. */
    boolean handle(Event.OfPartition event) {
        if (event instanceof Event.Assigned assigned) {
            assigned(assigned.stored());
        } else if (event instanceof Event.Revoked revoked) {
            revoked(revoked.failure());
        } else if (event instanceof Event.Resolved resolved) {
            resolved(resolved);
        } else {
            return false;
        }
        return true;
    }

    /** Takes in that what it has asked for could not be done. False when that is none of its concern. */
    boolean failed(Command.OfPartition command, Throwable cause) {
        if (command instanceof Command.Assign) {
            assignment.failed(cause);
        } else if (command instanceof Command.Revoke) {
            revoked(cause);
        } else if (command instanceof Command.Resolve resolve) {
            repositioning.failed(resolve, cause);
        } else {
            return false;
        }
        return true;
    }

    private void assigned(@Nullable Checkpoint stored) {
        assignment.assigned();
        Checkpoint elsewhere = SinkAssignment.elsewhere(start, isMoved, ownership.epoch(), stored);
        if (elsewhere != null && stored != null) {
            goTo(elsewhere, "that is how far its sink has come, under epoch " + stored.epoch());
        } else if (stored == null && !isMoved && start.equals(Checkpoint.NONE)) {
            isUnknown = true;
        } else {
            assignment.accept();
        }
    }

    private void revoked(@Nullable Throwable failure) {
        assignment.revoked();
        if (failure != null) {
            env.tell(new DeliveryEvent.RevocationFailed(ownership.partition(), Reasons.of(failure)));
        }
    }

    private void resolved(Event.Resolved resolved) {
        if (!repositioning.resolved(resolved)) {
            return;
        }
        Checkpoint confirmed = progress.confirmed();
        Checkpoint there = new Checkpoint(
                resolved.offset(),
                Checkpoint.UNKNOWN,
                confirmed.epoch(),
                confirmed.timestampMillis(),
                confirmed.losses());
        goTo(there, "it was to go to " + resolved.command().position());
    }

    private void goTo(Checkpoint position, String reason) {
        long before = progress.confirmed().nextOffset();
        if (before != position.nextOffset()) {
            env.tell(new DeliveryEvent.Moved(ownership.partition(), before, position.nextOffset(), reason));
        }
        reader.goTo(position);
    }

    void seek(StartPosition position, CompletableFuture<Long> answer) {
        repositioning.seek(position, answer);
    }

    /** Nothing is sought any more. */
    void end(String reason) {
        repositioning.end(reason);
    }

    /** Whether the sink has agreed where to begin, under this epoch. Only then may the epoch be committed. */
    boolean wasSettled() {
        return assignment.wasAccepted();
    }

    /** Whether the sink is being told of the partition, and has not answered yet. */
    boolean isAskingSink() {
        return assignment.isUnderWay();
    }

    /** Has the sink told that no more comes, if it ever was told that something would. Whether it knows. */
    boolean isRevoked(Revocation cause) {
        return assignment.isRevoked(cause);
    }
}
