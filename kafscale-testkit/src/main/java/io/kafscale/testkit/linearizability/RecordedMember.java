package io.kafscale.testkit.linearizability;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.ForwardingGroupSession;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A member all of whose calls are written to a file, before and after. Thread safe, as its session is. */
final class RecordedMember extends ForwardingGroupSession {

    private final Duration ttl;
    private final HistoryFile history;

    RecordedMember(GroupSession session, Duration ttl, HistoryFile history) {
        super(session);
        this.ttl = ttl;
        this.history = history;
    }

    @Override
    public GroupView heartbeat() throws IOException {
        long invoked = System.nanoTime();
        try {
            GroupView view = super.heartbeat();
            history.alive(memberId(), invoked + ttl.toNanos());
            return view;
        } catch (SessionExpiredException e) {
            history.dead(memberId(), invoked);
            throw e;
        }
    }

    @Override
    public Acquisition acquire(TopicPartition partition) {
        long number = history.asked(partition, new PartitionCall.Acquire(memberId(), null));
        Acquisition answer = super.acquire(partition);
        history.answered(number, answer);
        return answer;
    }

    @Override
    public List<Outcome> commit(List<Commit> commits) {
        List<Long> numbers = new ArrayList<>();
        for (Commit commit : commits) {
            numbers.add(history.asked(
                    commit.lease().partition(),
                    new PartitionCall.Commit(memberId(), commit.lease(), commit.checkpoint(), null)));
        }
        List<Outcome> outcomes = super.commit(commits);
        for (int i = 0; i < outcomes.size(); i++) {
            history.answered(numbers.get(i), outcomes.get(i));
        }
        return outcomes;
    }

    @Override
    public Outcome release(Lease lease) {
        long number = history.asked(lease.partition(), new PartitionCall.Release(memberId(), lease, false, null));
        Outcome answer = super.release(lease);
        history.answered(number, answer);
        return answer;
    }
}
