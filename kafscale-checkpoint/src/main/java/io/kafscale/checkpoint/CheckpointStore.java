package io.kafscale.checkpoint;

import java.io.IOException;
import java.time.Duration;

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
     * @param ttl after this long without a {@link GroupSession#heartbeat()} the member counts as dead and what it owns is
     *     free
     * @throws IOException when the store cannot be reached, or refuses; the message names the endpoint
     */
    GroupSession join(String group, Duration ttl) throws IOException;

    /** What a person would call this store, such as {@code etcd at http://etcd:2379}; for messages, without secrets. */
    String describe();

    /** Frees connections and threads. Sessions still open are left to their TTL. */
    @Override
    void close();
}
