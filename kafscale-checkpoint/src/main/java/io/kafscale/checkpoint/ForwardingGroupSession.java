package io.kafscale.checkpoint;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.List;

/** Passes every call on to another session; extended by one that watches, limits or disturbs some of them. */
public abstract class ForwardingGroupSession implements GroupSession {

    private final GroupSession session;

    /** @param session of the same member */
    protected ForwardingGroupSession(GroupSession session) {
        this.session = session;
    }

    @Override
    public String memberId() {
        return session.memberId();
    }

    @Override
    public GroupView heartbeat() throws IOException {
        return session.heartbeat();
    }

    @Override
    public Acquisition acquire(TopicPartition partition) {
        return session.acquire(partition);
    }

    @Override
    public List<Outcome> commit(List<Commit> commits) {
        return session.commit(commits);
    }

    @Override
    public Outcome release(Lease lease) {
        return session.release(lease);
    }

    @Override
    public void onChange(Runnable hint) {
        session.onChange(hint);
    }

    @Override
    public void leave() throws IOException {
        session.leave();
    }
}
