package io.kafscale.testkit;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class InMemoryCheckpointStoreTest extends CheckpointStoreContract {

    private static final Duration TTL = Duration.ofSeconds(30);

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - TTL.toNanos());
    private final CheckpointStore store = new InMemoryCheckpointStore(nanoTime::get);

    @Override
    protected CheckpointStore store() {
        return store;
    }

    @Override
    protected Duration ttl() {
        return TTL;
    }

    @Override
    protected boolean givesHints() {
        return true;
    }

    @Override
    protected void letTimePass() {
        nanoTime.addAndGet(TTL.toNanos() / 10);
    }
}
