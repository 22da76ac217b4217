package io.kafscale.checkpoint;

import io.kafscale.segment.TopicPartition;
import java.util.List;

/** A member of an {@link InMemoryGroup}, which holds and guards all state. */
final class InMemorySession implements GroupSession {

    private final InMemoryGroup group;
    private final String memberId;
    private final long ttlNanos;

    InMemorySession(InMemoryGroup group, String memberId, long ttlNanos) {
        this.group = group;
        this.memberId = memberId;
        this.ttlNanos = ttlNanos;
    }

    @Override
    public String memberId() {
        return memberId;
    }

    @Override
    public GroupView heartbeat() throws SessionExpiredException {
        return group.heartbeat(memberId, ttlNanos);
    }

    @Override
    public Acquisition acquire(TopicPartition partition) {
        return group.acquire(memberId, partition);
    }

    @Override
    public List<Outcome> commit(List<Commit> commits) {
        return commits.stream().map(commit -> group.commit(memberId, commit)).toList();
    }

    @Override
    public Outcome release(Lease lease) {
        return group.release(memberId, lease);
    }

    @Override
    public void onChange(Runnable hint) {
        group.onChange(memberId, hint);
    }

    @Override
    public void leave() {
        group.leave(memberId);
    }
}
