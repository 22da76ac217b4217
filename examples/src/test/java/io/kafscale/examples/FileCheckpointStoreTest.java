package io.kafscale.examples;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.testkit.CheckpointStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;

/** All there is to a test of a store: how to get at one, and how its time passes. */
class FileCheckpointStoreTest extends CheckpointStoreContract {

    private static final Duration TTL = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final AtomicLong nanoTime = new AtomicLong();

    /** Another one for each call, as if each were another process. They age by one clock. */
    @Override
    protected CheckpointStore store() {
        return new FileCheckpointStore(directory, nanoTime::get);
    }

    @Override
    protected Duration ttl() {
        return TTL;
    }

    @Override
    protected void letTimePass() {
        nanoTime.addAndGet(TTL.toNanos() / 10);
    }
}
