package io.kafscale.testkit;

import io.kafscale.checkpoint.CheckpointStore;

/**
 * A checkpoint store behind a network that a test makes bad.
 *
 * <p>An implementation sits as close to the store's server as it can: what a store's own code does with a lost answer is what
 * is to be tested. For one thread, which may call the store from others.
 */
public interface UnreliableCheckpointStore extends AutoCloseable {

    /** One that spoils the calls to {@code store} themselves; it works for any, and shows less than one below it. */
    static UnreliableCheckpointStore around(CheckpointStore store) {
        return new UnreliableCalls(store);
    }

    /** The store, as it looks from behind the network. */
    CheckpointStore store();

    /** From now on all that is asked arrives and is done, and its answer is lost. */
    void loseAnswers();

    /**
     * From now on acquisitions, commits and releases are kept on their way, and their callers are left without an answer;
     * nothing else is asked meanwhile.
     */
    void keepRequests();

    /** All is well again, but for requests that were kept: they stay so. Returns when the store answers again. */
    void heal();

    /** Lets the requests that were kept arrive now, oldest first. Returns when they were served; nobody hears of it. */
    void deliverKept();

    /** Ends the network, and closes what was opened for it. */
    @Override
    void close();
}
