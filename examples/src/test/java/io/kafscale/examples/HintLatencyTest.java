package io.kafscale.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.SegmentKey;
import io.kafscale.discovery.SegmentKey.Half;
import io.kafscale.etcd.EtcdTopicCatalog;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.RecordBatch;
import io.kafscale.s3.S3ObjectStore;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.LocalS3;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/**
 * How soon a segment is delivered, and what that costs, when the brokers' etcd tells of it: a real etcd, S3 over HTTP, and
 * polls so seldom that none falls into the test.
 */
@Timeout(120)
class HintLatencyTest {

    private static final String BUCKET = "kafscale-data";
    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final String SNAPSHOT =
            "{\"Topics\":[{\"ErrorCode\":0,\"Topic\":\"orders\",\"Partitions\":[{\"ErrorCode\":0,\"Partition\":0}]}]}";
    private static final int SEGMENTS = 60;
    private static final int RECORDS = 5;

    private final Map<Long, Long> deliveredNanos = new ConcurrentHashMap<>();
    private final List<ProcessorEvent> events = new CopyOnWriteArrayList<>();
    private final Requests requests = new Requests();
    private final EtcdServer etcd = EtcdServer.start();
    private final Client broker = Client.builder().endpoints(etcd.endpoint()).build();
    private LocalS3 s3;
    private S3Client brokerS3;
    private S3Client workerS3;
    private long nextOffset;

    private static final class Requests implements ExecutionInterceptor {
        final AtomicInteger lists = new AtomicInteger();
        final AtomicInteger others = new AtomicInteger();

        @Override
        public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
            (context.request() instanceof ListObjectsV2Request ? lists : others).incrementAndGet();
        }
    }

    @BeforeEach
    void start() throws Exception {
        s3 = LocalS3.start(BUCKET);
        brokerS3 = client(new Requests());
        workerS3 = client(requests);
    }

    @AfterEach
    void stop() throws Exception {
        workerS3.close();
        brokerS3.close();
        s3.close();
        broker.close();
        etcd.close();
    }

    @Test
    void segmentWritten_withTheWatch_isDeliveredAtOnce_withoutListing() throws Exception {
        put("/kafscale/metadata/snapshot", SNAPSHOT);
        writeSegment();
        try (Processor processor = processor().build()) {
            processor.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> deliveredNanos.containsKey(0L));
            List<Long> millis = new ArrayList<>();
            // The first may still belong to the start.
            writeAndAwait();
            requests.lists.set(0);
            requests.others.set(0);
            for (int i = 0; i < SEGMENTS; i++) {
                millis.add(writeAndAwait());
            }
            Collections.sort(millis);
            System.out.printf(
                    "delivered after a segment was written, watching etcd: median %d ms, 95th percentile %d ms, most %d"
                            + " ms; %d segments took %d LIST and %d GET or HEAD%n",
                    millis.get(SEGMENTS / 2),
                    millis.get(SEGMENTS * 95 / 100),
                    millis.get(SEGMENTS - 1),
                    SEGMENTS,
                    requests.lists.get(),
                    requests.others.get());
            assertThat(millis.get(SEGMENTS / 2)).isLessThan(300);
            assertThat(requests.others).hasValueBetween(2 * SEGMENTS, 2 * SEGMENTS + 4);
            assertThat(requests.lists.get()).isLessThanOrEqualTo(4);
        }
        assertThat(events).noneMatch(ProcessorEvent::isWarning);
    }

    @Test
    void etcdGone_auto_goesOnByListing_andSaysSo() throws Exception {
        put("/kafscale/metadata/snapshot", SNAPSHOT);
        try (Processor processor = processor()
                .pollInterval(Duration.ofMillis(200))
                .discoveryInterval(Duration.ofMillis(500))
                .build()) {
            processor.start();
            writeAndAwait();
            etcd.kill();
            await().until(() -> events.stream().anyMatch(ProcessorEvent.CatalogFailed.class::isInstance));
            assertThat(events.stream()
                            .filter(ProcessorEvent::isWarning)
                            .toList()
                            .get(0)
                            .message())
                    .contains("the brokers' catalog is of no use now")
                    .contains(etcd.endpoint());
            writeSegmentUntold();
            await().atMost(Duration.ofSeconds(10)).until(() -> deliveredNanos.containsKey(nextOffset - 1));
            etcd.restart();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> events.stream().anyMatch(ProcessorEvent.CatalogRecovered.class::isInstance));
        }
        assertThat(events.stream().filter(ProcessorEvent::isWarning))
                .as("told once")
                .hasSize(1);
    }

    private ProcessorBuilder processor() {
        return ProcessorBuilder.create("warehouse")
                .segments(S3ObjectStore.create(workerS3, BUCKET), "production")
                .checkpoints(new InMemoryCheckpointStore())
                .catalog(EtcdTopicCatalog.connect(etcd.endpoint()))
                .safetyPollInterval(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(60))
                .listener(events::add)
                .topic("orders", this::deliver);
    }

    private void deliver(RecordBatch batch) {
        long now = System.nanoTime();
        batch.forEach(record -> deliveredNanos.put(record.offset(), now));
    }

    /** Writes a segment as a broker does, and says how long it took from its last byte to its last record. */
    private long writeAndAwait() throws Exception {
        writeSegmentUntold();
        long written = System.nanoTime();
        tell();
        long last = nextOffset - 1;
        await().pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(20))
                .until(() -> deliveredNanos.containsKey(last));
        return (deliveredNanos.get(last) - written) / 1_000_000;
    }

    private void writeSegment() throws Exception {
        writeSegmentUntold();
        tell();
    }

    private void tell() throws Exception {
        put("/kafscale/topics/orders/partitions/0/next_offset", Long.toString(nextOffset));
    }

    private void writeSegmentUntold() {
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (int i = 0; i < RECORDS; i++) {
            batch.record(null, "value " + (nextOffset + i));
        }
        WrittenSegment segment = new SegmentWriter(nextOffset, System.currentTimeMillis())
                .append(batch.build())
                .finish();
        put(Half.SEGMENT, segment.segment());
        put(Half.INDEX, segment.index());
        nextOffset += RECORDS;
    }

    private void put(Half half, byte[] content) {
        String key = new SegmentKey("production", ORDERS_0, nextOffset, half).key();
        brokerS3.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(content));
    }

    private void put(String key, String value) throws Exception {
        broker.getKVClient()
                .put(ByteSequence.from(key, UTF_8), ByteSequence.from(value, UTF_8))
                .get();
    }

    private S3Client client(Requests counted) {
        return S3Client.builder()
                .endpointOverride(s3.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
                .overrideConfiguration(settings -> settings.addExecutionInterceptor(counted))
                .build();
    }
}
