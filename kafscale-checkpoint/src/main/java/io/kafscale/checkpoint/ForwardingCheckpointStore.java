package io.kafscale.checkpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.SortedSet;

/**
 * Passes every call on to another store; extended by one that watches, limits or disturbs some of them. The sessions that
 * {@link #join} returns are the other store's own: override it, and wrap them in a {@link ForwardingGroupSession}, to see
 * what members ask for.
 */
public abstract class ForwardingCheckpointStore implements CheckpointStore {

    private final CheckpointStore store;

    /** @param store closed with this one */
    protected ForwardingCheckpointStore(CheckpointStore store) {
        this.store = store;
    }

    @Override
    public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
        return store.join(group, subscription, ttl);
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
    public Duration commitInterval() {
        return store.commitInterval();
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public void close() {
        store.close();
    }
}
