package io.kafscale.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.testkit.LocalS3;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** A whole processor on S3. */
class S3ProcessorTest {

    private static LocalS3 server;
    private static S3Client writer;

    private final ThrottledHttpClient http = new ThrottledHttpClient(
            Apache5HttpClient.builder().maxConnections(7).build());
    private final S3Client throttled =
            TestClients.builder(server.endpoint()).httpClient(http).build();
    private final List<ProcessorEvent> events = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startServer() throws IOException {
        server = LocalS3.start("data");
        writer = TestClients.builder(server.endpoint()).build();
        for (long base = 0; base < 100; base += 5) {
            RecordBatchBuilder batch = new RecordBatchBuilder();
            for (int i = 0; i < 5; i++) {
                batch.record("k", "v");
            }
            WrittenSegment segment = new SegmentWriter(base, 1_767_225_600_000L)
                    .append(batch.build())
                    .finish();
            put("production/orders/0/" + segment.indexName(), segment.index());
            put("production/orders/0/" + segment.segmentName(), segment.segment());
        }
    }

    @AfterAll
    static void stopServer() throws IOException {
        writer.close();
        server.close();
    }

    @AfterEach
    void closeClient() {
        throttled.close();
        http.close();
    }

    @Test
    void throttlingAndTimeouts_areRetried_nothingIsSkipped() throws Exception {
        List<Long> delivered = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(100);
        try (Processor processor = builder(S3ObjectStore.create(throttled, "data"))
                .topic(
                        "orders",
                        batch -> batch.forEach(record -> {
                            delivered.add(record.offset());
                            all.countDown();
                        }))
                .build()) {
            processor.start();
            assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(delivered)
                .containsExactlyElementsOf(LongStream.range(0, 100).boxed().toList());
        assertThat(http.refused()).isGreaterThan(5);
        assertThat(messagesOf(Stage.FETCH))
                .anyMatch(message -> message.contains("the store is throttling or unavailable"))
                .anyMatch(message -> message.contains("no answer in time"));
        assertThat(events).noneMatch(event -> event instanceof ProcessorEvent.Gap);
    }

    @Test
    void fewerConnectionsThanRequestsAtOnce_isToldOnce() throws Exception {
        CountDownLatch all = new CountDownLatch(100);
        try (Processor processor = builder(S3ObjectStore.create(throttled, "data"))
                .topic("orders", batch -> batch.forEach(record -> all.countDown()))
                .build()) {
            processor.start();
            assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(events)
                .filteredOn(event -> event instanceof ProcessorEvent.TooFewConnections)
                .extracting(ProcessorEvent::message)
                .containsExactly(
                        "s3://data is reached over at most 7 connections, and up to 50 requests are made at once;"
                                + " give the client's HTTP client 50 connections or more (maxConnections)");
    }

    @Test
    void clientWithItsOwnSettings_hasEnoughConnections() throws Exception {
        CountDownLatch all = new CountDownLatch(100);
        S3ObjectStore store = S3ObjectStore.create(writer, "data");
        try (Processor processor = builder(store)
                .topic("orders", batch -> batch.forEach(record -> all.countDown()))
                .build()) {
            processor.start();
            assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(store.maxConcurrentCalls()).isEqualTo(50);
        assertThat(events).noneMatch(event -> event instanceof ProcessorEvent.TooFewConnections);
    }

    @Test
    void wrongBucket_isNamedFromTheStart() throws Exception {
        assertThat(firstWarning(S3ObjectStore.create(writer, "dada"), "production"))
                .isEqualTo("listing failed (attempt 1, trying again): cannot list s3://dada/production/orders/ at "
                        + server.endpoint() + ": there is no bucket dada; check its name and the client's endpoint"
                        + " (HTTP 404 NoSuchBucket)");
    }

    @Test
    void wrongNamespace_saysWhatIsThereInstead() throws Exception {
        assertThat(firstWarning(S3ObjectStore.create(writer, "data"), "default"))
                .isEqualTo("nothing to process of orders: no topics under s3://data/default/; found instead: the"
                        + " namespaces \"production\"");
    }

    private String firstWarning(S3ObjectStore store, String namespace) throws Exception {
        CountDownLatch warned = new CountDownLatch(1);
        List<String> warnings = new CopyOnWriteArrayList<>();
        try (Processor processor = ProcessorBuilder.create("warehouse")
                .segments(store, namespace)
                .checkpoints(new InMemoryCheckpointStore())
                .listener(event -> {
                    if (event.isWarning()) {
                        warnings.add(event.message());
                        warned.countDown();
                    }
                })
                .topic("orders", batch -> {})
                .build()) {
            processor.start();
            assertThat(warned.await(60, TimeUnit.SECONDS)).isTrue();
        }
        return warnings.get(0);
    }

    private ProcessorBuilder builder(S3ObjectStore store) {
        return ProcessorBuilder.create("warehouse")
                .segments(store, "production")
                .checkpoints(new InMemoryCheckpointStore())
                .listener(events::add)
                .commitInterval(Duration.ofMillis(10));
    }

    private List<String> messagesOf(Stage stage) {
        return events.stream()
                .filter(event -> event instanceof ProcessorEvent.Failed failed && failed.stage() == stage)
                .map(ProcessorEvent::message)
                .toList();
    }

    private static void put(String key, byte[] content) {
        writer.putObject(request -> request.bucket("data").key(key), RequestBody.fromBytes(content));
    }
}
