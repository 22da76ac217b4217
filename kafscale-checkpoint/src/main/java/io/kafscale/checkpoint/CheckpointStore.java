package io.kafscale.checkpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.SortedSet;

/**
 * Where a group of workers keeps who owns which partition, and how far each partition has been processed.
 *
 * <p>Thread safe. All calls block; the caller brings the threads and does the retrying, a store does neither.
 */
public interface CheckpointStore extends AutoCloseable {

    /**
     * Joins a group as a new member, under an id no other process has.
     *
     * @param group the application's name, one per application
     * @param subscription what the other members are to know of this one
     * @param ttl after this long without a {@link GroupSession#heartbeat()} the member counts as dead and what it owns is
     *     free
     * @throws IOException when the store cannot be reached, or refuses; the message names the endpoint
     */
    GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException;

    /** Joins as a member of which the others know only that it takes anything. */
    default GroupSession join(String group, Duration ttl) throws IOException {
        return join(group, Subscription.ALL, ttl);
    }

    /**
     * The groups of which this store keeps anything.
     *
     * @throws IOException when the store cannot be reached, or refuses
     */
    SortedSet<String> groups() throws IOException;

    /**
     * All that is kept of a group, at one moment where the store can; empty for one that does not exist. It takes no part
     * in the group.
     *
     * @throws IOException when the store cannot be reached, or refuses
     */
    GroupState inspect(String group) throws IOException;

    /**
     * Forgets a group and its checkpoints, for good: who joins under the name later begins anew. Nothing happens when
     * there is no such group.
     *
     * @throws GroupInUseException when it has a member, or a partition is owned; nothing was deleted
     * @throws IOException when the store cannot be reached, or refuses; something may have been deleted
     */
    void delete(String group) throws IOException;

    /**
     * How long to wait at least, unless the user says otherwise, before a partition is committed again. What a commit costs
     * decides; by default 1 second.
     */
    default Duration commitInterval() {
        return Duration.ofSeconds(1);
    }

    /** What a person would call this store, such as {@code etcd at http://etcd:2379}; for messages, without secrets. */
    String describe();

    /** Frees connections and threads. Sessions still open are left to their TTL. */
    @Override
    void close();
}
