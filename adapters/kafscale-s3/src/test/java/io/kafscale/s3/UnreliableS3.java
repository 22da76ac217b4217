package io.kafscale.s3;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.testkit.S3Proxy;
import io.kafscale.testkit.S3Proxy.Fault;
import io.kafscale.testkit.UnreliableCheckpointStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import software.amazon.awssdk.services.s3.S3Client;

/** Loses answers on the way from S3, and keeps writes of partitions on their way there. */
final class UnreliableS3 implements UnreliableCheckpointStore {

    private final S3Proxy network;
    private final S3Client client;
    private final S3CheckpointStore store;

    UnreliableS3(S3Proxy network, String bucket, String prefix, LongSupplier nanoTime) {
        this.network = network;
        this.client = TestClients.builder(network.endpoint()).build();
        this.store = S3CheckpointStore.create(client, bucket, prefix, S3CheckpointStore.REQUEST_TIMEOUT, nanoTime);
    }

    @Override
    public CheckpointStore store() {
        return store;
    }

    /** Of writes, and of all that is asked after one; else acquiring would end with the look at what is there. */
    @Override
    public void loseAnswers() {
        AtomicBoolean written = new AtomicBoolean();
        network.faults(request -> {
            written.compareAndSet(false, request.isWrite());
            return written.get() ? Fault.REPLY_LOST : Fault.NONE;
        });
    }

    @Override
    public void keepRequests() {
        network.faults(
                request -> request.isWrite() && request.key().contains("/partitions/") ? Fault.KEPT : Fault.NONE);
    }

    @Override
    public void heal() {
        network.heal();
    }

    @Override
    public void deliverKept() {
        try {
            network.deliverKept();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        store.close();
        client.close();
        network.close();
    }
}
