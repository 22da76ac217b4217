package io.kafscale.torture;

import io.kafscale.discovery.SegmentKey;
import io.kafscale.discovery.SegmentKey.Half;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.BatchCompression;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Plays the brokers: goes on writing segments of one to three batches, in all codecs, now and then with a hole in the
 * offsets, a few at once to each partition in its turn, so that workers have some in hand when something is done to them. A
 * thread of its own.
 */
final class Producer {

    private static final BatchCompression[] COMPRESSIONS = BatchCompression.values();
    private static final int MOST_AT_ONCE = 6;
    private static final int MOST_BATCHES = 3;
    private static final int MOST_RECORDS = 25;
    private static final int MOST_BYTES = 300;
    private static final int ONE_HOLE_IN = 400;

    private final S3Client client;
    private final List<TopicPartition> partitions;
    private final ProducedLog log;
    private final Random random;
    private final long pauseMillis;
    private final Thread thread = new Thread(this::produce, "producer");
    private volatile boolean stopped;
    private volatile @Nullable Exception failure;

    /** @param pauseMillis for each segment */
    Producer(S3Client client, List<TopicPartition> partitions, ProducedLog log, long seed, long pauseMillis) {
        this.client = client;
        this.partitions = partitions;
        this.log = log;
        this.random = new Random(seed);
        this.pauseMillis = pauseMillis;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Stops, and returns when the last segment is whole.
     *
     * @throws IllegalStateException when it had failed before
     */
    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        Exception cause = failure;
        if (cause != null) {
            throw new IllegalStateException("the producer failed, so nothing can be said of the workers", cause);
        }
    }

    private void produce() {
        try {
            for (int turn = 0; !stopped; turn++) {
                int segments = 1 + random.nextInt(MOST_AT_ONCE);
                for (int i = 0; i < segments; i++) {
                    put(partitions.get(turn % partitions.size()));
                }
                TimeUnit.MILLISECONDS.sleep(segments * pauseMillis);
            }
        } catch (InterruptedException | RuntimeException e) {
            failure = e;
        }
    }

    private void put(TopicPartition partition) {
        long base = log.end(partition);
        SegmentWriter segment = new SegmentWriter(base, System.currentTimeMillis());
        int batches = 1 + random.nextInt(MOST_BATCHES);
        for (int i = 0; i < batches; i++) {
            segment.append(batch(partition, segment.nextOffset()));
        }
        WrittenSegment written = segment.finish();
        put(new SegmentKey(Bucket.NAMESPACE, partition, base, Half.SEGMENT), written.segment());
        put(new SegmentKey(Bucket.NAMESPACE, partition, base, Half.INDEX), written.index());
        log.extend(partition, written.nextOffset(), System.nanoTime());
    }

    private byte[] batch(TopicPartition partition, long base) {
        RecordBatchBuilder batch = new RecordBatchBuilder()
                .compression(COMPRESSIONS[random.nextInt(COMPRESSIONS.length)])
                .timestamp(System.currentTimeMillis());
        int records = 1 + random.nextInt(MOST_RECORDS);
        long offset = base;
        for (int i = 0; i < records; i++) {
            if (i > 0 && random.nextInt(ONE_HOLE_IN) == 0) {
                batch.skipOffsets(1);
                offset++;
            }
            byte[] key = ("key-" + random.nextInt(1_000)).getBytes(StandardCharsets.UTF_8);
            byte[] value = new byte[random.nextInt(MOST_BYTES)];
            random.nextBytes(value);
            batch.record(key, value, new RecordBatchBuilder.Headers());
            log.add(partition, offset, RecordHash.of(partition, offset, key, value));
            offset++;
        }
        return batch.build();
    }

    private void put(SegmentKey key, byte[] content) {
        client.putObject(request -> request.bucket(Bucket.NAME).key(key.key()), RequestBody.fromBytes(content));
    }
}
