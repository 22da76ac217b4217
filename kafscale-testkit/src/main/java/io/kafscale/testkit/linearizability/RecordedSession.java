package io.kafscale.testkit.linearizability;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.List;

/** A member all of whose calls enter the history. Thread safe, as its session is. */
final class RecordedSession {

    private final GroupSession session;
    private final GroupHistory history;

    RecordedSession(GroupSession session, GroupHistory history) {
        this.session = session;
        this.history = history;
    }

    String memberId() {
        return session.memberId();
    }

    Acquisition acquire(TopicPartition partition) {
        long invoked = history.now();
        Acquisition answer = session.acquire(partition);
        if (!(answer instanceof Acquisition.Unknown unknown)) {
            history.answered(partition, invoked, new PartitionCall.Acquire(memberId(), answer));
        } else if (unknown.cause() instanceof SessionExpiredException) {
            history.answered(partition, invoked, new PartitionCall.DeclaredDead(memberId()));
        } else {
            history.unanswered(partition, invoked, new PartitionCall.Acquire(memberId(), null));
        }
        return answer;
    }

    Outcome commit(Lease lease, Checkpoint checkpoint) {
        long invoked = history.now();
        Outcome answer = session.commit(List.of(new Commit(lease, checkpoint))).get(0);
        if (answer instanceof Outcome.Unknown) {
            history.unanswered(
                    lease.partition(), invoked, new PartitionCall.Commit(memberId(), lease, checkpoint, null));
        } else {
            history.answered(
                    lease.partition(), invoked, new PartitionCall.Commit(memberId(), lease, checkpoint, answer));
        }
        return answer;
    }

    Outcome release(Lease lease) {
        long invoked = history.now();
        history.releaseSent(lease);
        Outcome answer = session.release(lease);
        boolean isRepeated = history.releasesSent(lease) > 1;
        if (answer instanceof Outcome.Unknown) {
            history.unanswered(
                    lease.partition(), invoked, new PartitionCall.Release(memberId(), lease, isRepeated, null));
        } else {
            history.answered(
                    lease.partition(), invoked, new PartitionCall.Release(memberId(), lease, isRepeated, answer));
        }
        return answer;
    }

    /** Whether the member still counts; what it was shown of the group is not part of the history. */
    void heartbeat() {
        long invoked = history.now();
        try {
            session.heartbeat();
        } catch (SessionExpiredException e) {
            history.declaredDead(memberId(), invoked);
        } catch (IOException e) {
            // Nobody knows whether it arrived, and no member here depends on it.
        }
    }

    void leave() {
        try {
            session.leave();
        } catch (IOException e) {
            // Who leaves is silent already, whether the store was told or not.
        }
    }
}
