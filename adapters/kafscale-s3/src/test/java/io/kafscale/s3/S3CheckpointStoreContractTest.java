package io.kafscale.s3;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.testkit.CheckpointStoreContract;
import io.kafscale.testkit.LocalS3;
import io.kafscale.testkit.S3Proxy;
import io.kafscale.testkit.UnreliableCheckpointStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.s3.S3Client;

/** The contract, over HTTP, through the proxy that makes conditional writes atomic; members age by a clock of the test's. */
class S3CheckpointStoreContractTest extends CheckpointStoreContract {

    private static final Duration TTL = Duration.ofSeconds(30);
    private static final String BUCKET = "checkpoints";
    private static final String PREFIX = "teams/warehouse";

    private static LocalS3 server;
    private static S3Proxy proxy;
    private static S3Client client;

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - TTL.toNanos());
    private final CheckpointStore store =
            S3CheckpointStore.create(client, BUCKET, PREFIX, S3CheckpointStore.REQUEST_TIMEOUT, nanoTime::get);

    @BeforeAll
    static void start() throws IOException {
        server = LocalS3.start(BUCKET);
        proxy = S3Proxy.to(server.endpoint());
        client = TestClients.builder(proxy.endpoint()).build();
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        proxy.close();
        server.close();
    }

    @Override
    protected CheckpointStore store() {
        return store;
    }

    @Override
    protected Duration ttl() {
        return TTL;
    }

    @Override
    protected UnreliableCheckpointStore unreliableStore() {
        try {
            return new UnreliableS3(proxy.beside(), BUCKET, PREFIX, nanoTime::get);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void letTimePass() {
        nanoTime.addAndGet(TTL.toNanos() / 10);
    }

    /** The S3 of the tests takes milliseconds a request, and an acquisition takes two. */
    @Override
    protected int manyPartitions() {
        return 200;
    }
}
