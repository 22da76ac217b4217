package io.kafscale.testkit;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;

/** Passes everything on to another store; to be extended by one that does something else. */
public abstract class WrappedCheckpointStore implements CheckpointStore {

    protected final CheckpointStore store;

    protected WrappedCheckpointStore(CheckpointStore store) {
        this.store = store;
    }

    /** What a member's calls go to instead. */
    protected abstract GroupSession wrap(String group, GroupSession session);

    @Override
    public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
        return wrap(group, store.join(group, subscription, ttl));
    }

    @Override
    public SortedSet<String> groups() throws IOException {
        return store.groups();
    }

    @Override
    public GroupState inspect(String group) throws IOException {
        return store.inspect(group);
    }

    @Override
    public void delete(String group) throws IOException {
        store.delete(group);
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public void close() {
        store.close();
    }

    /** Passes everything on to another session. */
    public static class Session implements GroupSession {
        protected final GroupSession session;

        protected Session(GroupSession session) {
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
}
