package io.kafscale.torture;

import io.kafscale.checkpoint.CheckpointStore;

/**
 * A checkpoint store, and how to end what it is reached with, which is not the store's to close.
 *
 * @param store the store
 * @param disconnect run after it was closed
 */
record StoreConnection(CheckpointStore store, Runnable disconnect) implements AutoCloseable {

    @Override
    public void close() {
        store.close();
        disconnect.run();
    }
}
