package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.RecordBatch;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A running processor whose keys a Go processor tampers with. Each time either the next dispatch is stopped until the
 * partition is ours again, or the position is put right.
 */
@Timeout(120)
class GoInterferenceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path bucket;

    private final EtcdServer etcd = EtcdServer.start();
    private final RawEtcd raw = new RawEtcd(etcd.endpoint());
    private final GoProcessor go = new GoProcessor(raw, "processors", 0);
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final List<ProcessorEvent> events = new CopyOnWriteArrayList<>();
    private Processor processor;
    private long nextOffset;

    private record Delivery(long epoch, long offset) {}

    @BeforeEach
    void startProcessor() throws Exception {
        writeSegment();
        processor = ProcessorBuilder.create("warehouse")
                .segments(FileObjectStore.open(bucket), "production")
                .checkpoints(EtcdCheckpointStore.builder(etcd.endpoint())
                        .keyPrefix("processors")
                        .build())
                .leaseTtl(Duration.ofSeconds(3))
                .commitInterval(Duration.ofMillis(50))
                .pollInterval(Duration.ofMillis(50))
                .listener(events::add)
                .topic("orders", this::deliver)
                .build();
        processor.start();
        awaitCommitted();
    }

    @AfterEach
    void stop() {
        processor.close();
        raw.close();
        etcd.close();
    }

    @Test
    void goDeletesOurLease_nothingMoreIsDispatchedUnderIt_andThePartitionIsTakenAnew() throws Exception {
        long epoch = lastEpoch();
        raw.delete("processors/leases/orders/0");
        await().atMost(PATIENCE).until(() -> count(ProcessorEvent.Lost.class) == 1);
        int before = deliveries.size();
        writeSegment();
        awaitCommitted();

        assertThat(deliveries.subList(before, deliveries.size()))
                .allSatisfy(delivery -> assertThat(delivery.epoch()).isGreaterThan(epoch));
        assertThat(deliveries).extracting(Delivery::offset).containsExactlyElementsOf(offsets(0, nextOffset));
    }

    @Test
    void goRenewsOverOurLease_nothingIsDispatchedWhileItHoldsIt_andThenWeGoOnWhereItStopped() throws Exception {
        long epoch = lastEpoch();
        assertThat(go.claim()).isFalse();
        go.renew();
        await().atMost(PATIENCE).until(() -> count(ProcessorEvent.Lost.class) == 1);
        int before = deliveries.size();
        long goBegins = nextOffset;
        writeSegment();
        writeSegment();
        // For longer than the TTL, and several heartbeats.
        await().during(Duration.ofSeconds(4)).atMost(PATIENCE).until(() -> deliveries.size() == before);
        assertThat(go.loadOffset()).isEqualTo(goBegins - 1);

        go.commit(goBegins + 1);
        go.release();
        awaitCommitted();
        assertThat(deliveries.subList(before, deliveries.size()))
                .allSatisfy(delivery -> assertThat(delivery.epoch()).isGreaterThan(epoch))
                .extracting(Delivery::offset)
                .containsExactlyElementsOf(offsets(goBegins + 2, nextOffset));
    }

    @Test
    void goCommitsBlindly_lowerOrHigher_ourPositionIsPutBack() throws Exception {
        for (long foreign : new long[] {0, 4_000}) {
            events.clear();
            go.commit(foreign);
            writeSegment();
            awaitCommitted();
            assertThat(events)
                    .anyMatch(event ->
                            event instanceof ProcessorEvent.ForeignCommit commit && commit.found() == foreign + 1);
        }
        assertThat(deliveries).extracting(Delivery::offset).containsExactlyElementsOf(offsets(0, nextOffset));
        assertThat(count(ProcessorEvent.Lost.class)).isZero();
    }

    private void deliver(RecordBatch batch) {
        long epoch = batch.context().epoch();
        batch.forEach(record -> deliveries.add(new Delivery(epoch, record.offset())));
    }

    private long lastEpoch() {
        return deliveries.get(deliveries.size() - 1).epoch();
    }

    private long count(Class<? extends ProcessorEvent> kind) {
        return events.stream().filter(kind::isInstance).count();
    }

    private void awaitCommitted() {
        await().atMost(PATIENCE).until(() -> go.loadOffset() == nextOffset - 1);
    }

    private static List<Long> offsets(long from, long until) {
        return LongStream.range(from, until).boxed().toList();
    }

    private void writeSegment() throws IOException {
        Path directory = Files.createDirectories(bucket.resolve("production/orders/0"));
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (int record = 0; record < 3; record++) {
            batch.record(null, "value " + (nextOffset + record));
        }
        new SegmentWriter(nextOffset, System.currentTimeMillis())
                .append(batch.build())
                .finish()
                .writeTo(directory);
        nextOffset += 3;
    }
}
