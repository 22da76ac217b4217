package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that die, stand still, or lose their etcd: real processes, a real etcd, segments in a directory. */
class WorkerProcessTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final long CREATED = 1_767_225_600_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private EtcdServer etcd;
    private RawEtcd raw;
    private Path bucket;
    private long nextOffset;

    /** A line of the ledger. */
    private record Delivery(int partition, long epoch, long offset, String value) {}

    @BeforeEach
    void startEtcd() throws IOException {
        etcd = EtcdServer.start();
        raw = new RawEtcd(etcd.endpoint());
        bucket = Files.createDirectories(directory.resolve("bucket"));
    }

    @AfterEach
    void stopEtcd() {
        raw.close();
        etcd.close();
    }

    @Test
    void killedBetweenTheSinksSuccessAndTheCommit_everyOffsetArrivesAtLeastOnceInOrder() throws Exception {
        Path firstLedger = directory.resolve("first");
        Path secondLedger = directory.resolve("second");
        writeSegments(20);
        try (TestProcess first = worker(firstLedger, "PT5S", "PT4S")) {
            // The ledger is full long before the first commit is due.
            await().atMost(PATIENCE).until(() -> deliveries(firstLedger).size() >= 60);
            first.kill();
        }
        long committedByFirst = committedOffset();
        List<Delivery> before = deliveries(firstLedger);
        assertThat(committedByFirst).as("what was confirmed was not committed").isLessThan(before.size());

        writeSegments(5);
        try (TestProcess second = worker(secondLedger, "PT5S", "PT0.05S")) {
            await().atMost(PATIENCE).until(() -> committedOffset() == nextOffset);
            assertThat(second.terminate()).isEqualTo(143);
        }
        List<Delivery> after = deliveries(secondLedger);
        assertThat(offsets(before)).containsExactlyElementsOf(range(0, before.size()));
        assertThat(offsets(after)).containsExactlyElementsOf(range(committedByFirst, nextOffset));
        assertThat(after.get(0).epoch()).isGreaterThan(before.get(0).epoch());
        assertThat(after).allSatisfy(delivery -> assertThat(delivery.value()).isEqualTo("value " + delivery.offset()));
    }

    @Test
    void pausedPastItsTtl_anotherTakesOver_andTheFirstDispatchesAndMovesNothingMore() throws Exception {
        Path firstLedger = directory.resolve("first");
        Path secondLedger = directory.resolve("second");
        writeSegments(5);
        try (TestProcess first = worker(firstLedger, "PT3S", "PT2S");
                TestProcess second = workerAfter(first, secondLedger)) {
            await().atMost(PATIENCE).until(() -> !deliveries(firstLedger).isEmpty());
            first.signal("STOP");
            int deliveredByFirst = deliveries(firstLedger).size();
            writeSegments(5);
            await().atMost(PATIENCE).until(() -> committedOffset() == nextOffset);
            String leaseOfSecond = raw.get("kafscale/warehouse/leases/orders/0");

            first.signal("CONT");
            await().atMost(PATIENCE).until(() -> first.said(line -> line.startsWith("SessionLost")));
            assertThat(second.said(line -> line.startsWith("Acquired"))).isTrue();
            writeSegments(5);
            await().atMost(PATIENCE).until(() -> committedOffset() == nextOffset);

            assertThat(deliveries(firstLedger)).hasSize(deliveredByFirst);
            assertThat(raw.get("kafscale/warehouse/leases/orders/0")).isEqualTo(leaseOfSecond);
            first.terminate();
            assertThat(raw.get("kafscale/warehouse/leases/orders/0")).isEqualTo(leaseOfSecond);
        }
        TreeSet<Long> all = new TreeSet<>(offsets(deliveries(firstLedger)));
        all.addAll(offsets(deliveries(secondLedger)));
        assertThat(all).containsExactlyElementsOf(range(0, nextOffset));
        assertThat(offsets(deliveries(secondLedger))).isSortedAccordingTo(Comparator.naturalOrder());
    }

    @Test
    void pausedPastItsTtl_commitOfTheFirstIsRefused_andItsReleaseLeavesTheOthersLease() throws Exception {
        try (TestProcess stale = TestProcess.java(StaleMemberMain.class, etcd.endpoint(), "PT2S");
                EtcdCheckpointStore store = EtcdCheckpointStore.connect(etcd.endpoint())) {
            await().atMost(PATIENCE).until(() -> stale.said(line -> line.equals("acquired")));
            stale.signal("STOP");
            GroupSession session = store.join("warehouse", Duration.ofSeconds(30));
            List<Lease> lease = new ArrayList<>();
            await().atMost(PATIENCE)
                    .until(() -> session.acquire(ORDERS_0) instanceof Acquisition.Acquired acquired
                            && lease.add(acquired.lease()));
            session.commit(List.of(new Commit(lease.get(0), Checkpoint.at(7))));

            stale.tell("commit 99");
            stale.tell("release");
            stale.signal("CONT");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(stale.lines())
                            .anyMatch(line -> line.startsWith("[Fenced"))
                            .anyMatch(line -> line.startsWith("Fenced")));
            assertThat(committedOffset()).isEqualTo(7);
            assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(lease.get(0));
            assertThat(session.commit(List.of(new Commit(lease.get(0), Checkpoint.at(8)))))
                    .containsExactly(new Outcome.Applied());
        }
    }

    @Test
    void etcdStopsInTheMiddleOfARun_longerThanTheTtl_nothingIsLost() throws Exception {
        List<Long> delivered = new CopyOnWriteArrayList<>();
        List<String> events = new CopyOnWriteArrayList<>();
        writeSegments(3);
        try (Processor processor = processor(EtcdCheckpointStore.connect(etcd.endpoint()), delivered, events)) {
            processor.start();
            await().atMost(PATIENCE).until(() -> committedOffset() == nextOffset);
            etcd.kill();
            writeSegments(3);
            await().atMost(PATIENCE).until(() -> events.stream().anyMatch(event -> event.contains("is lost")));
            writeSegments(3);
            int deliveredDuringOutage = delivered.size();
            etcd.restart();
            await().atMost(PATIENCE).until(() -> committedOffset() == nextOffset);
            assertThat(delivered.size()).isGreaterThan(deliveredDuringOutage);
        }
        assertThat(new TreeSet<>(delivered)).containsExactlyElementsOf(range(0, nextOffset));
        assertThat(events).anyMatch(event -> event.contains(etcd.endpoint()));
        assertOrderWithinRuns(delivered);
    }

    @Test
    void keysAsTheGoProcessorsWriteThem_areKeptOutBy_resumedFrom_andLeftReadable() throws Exception {
        GoProcessor go = new GoProcessor(raw, "processors", 0);
        writeSegments(4);
        assertThat(go.claim()).isTrue();
        go.commit(4);
        List<Long> delivered = new CopyOnWriteArrayList<>();
        List<String> events = new CopyOnWriteArrayList<>();
        EtcdCheckpointStore store = EtcdCheckpointStore.builder(etcd.endpoint())
                .keyPrefix("processors")
                .build();
        try (Processor processor = processor(store, delivered, events)) {
            processor.start();
            await().atMost(PATIENCE).until(() -> events.stream().anyMatch(event -> event.startsWith("joined")));
            await().during(Duration.ofSeconds(1)).until(() -> delivered.isEmpty());
            go.release();
            await().atMost(PATIENCE).until(() -> go.loadOffset() == nextOffset - 1);
            assertThat(go.claim()).as("kept out while it is ours").isFalse();
        }
        assertThat(delivered).containsExactlyElementsOf(range(5, nextOffset));
        assertThat(go.claim()).as("given back").isTrue();
        assertThat(go.loadOffset()).isEqualTo(nextOffset - 1);
    }

    private Processor processor(EtcdCheckpointStore store, List<Long> delivered, List<String> events)
            throws IOException {
        return ProcessorBuilder.create("warehouse")
                .segments(FileObjectStore.open(bucket), "production")
                .checkpoints(store)
                .leaseTtl(Duration.ofSeconds(3))
                .commitInterval(Duration.ofMillis(50))
                .pollInterval(Duration.ofMillis(50))
                .listener(event -> events.add(event.message()))
                .topic("orders", batch -> batch.forEach(record -> delivered.add(record.offset())))
                .build();
    }

    private TestProcess worker(Path ledger, String ttl, String commitInterval) throws IOException {
        return TestProcess.java(
                WorkerMain.class, etcd.endpoint(), bucket.toString(), ledger.toString(), ttl, commitInterval);
    }

    /** One that comes second, so that the other owns the partition. */
    private TestProcess workerAfter(TestProcess first, Path ledger) throws IOException {
        await().atMost(PATIENCE).until(() -> first.said(line -> line.startsWith("Acquired")));
        return worker(ledger, "PT3S", "PT0.05S");
    }

    private void writeSegments(int count) throws IOException {
        Path partition = Files.createDirectories(bucket.resolve("production/orders/0"));
        for (int i = 0; i < count; i++) {
            RecordBatchBuilder batch = new RecordBatchBuilder();
            for (int record = 0; record < 3; record++) {
                batch.record(null, "value " + (nextOffset + record));
            }
            new SegmentWriter(nextOffset, CREATED)
                    .append(batch.build())
                    .finish()
                    .writeTo(partition);
            nextOffset += 3;
        }
    }

    private long committedOffset() throws Exception {
        return new GoProcessor(raw, "kafscale/warehouse", 0).loadOffset() + 1;
    }

    private static List<Delivery> deliveries(Path ledger) throws IOException {
        if (!Files.exists(ledger)) {
            return List.of();
        }
        List<Delivery> deliveries = new ArrayList<>();
        for (String line : Files.readAllLines(ledger)) {
            String[] fields = line.split(",", -1);
            deliveries.add(new Delivery(
                    Integer.parseInt(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]), fields[3]));
        }
        return deliveries;
    }

    private static List<Long> offsets(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::offset).toList();
    }

    private static List<Long> range(long from, long until) {
        return LongStream.range(from, until).boxed().toList();
    }

    /** Repetition may set in anywhere, but from there on nothing is left out. */
    private static void assertOrderWithinRuns(List<Long> delivered) {
        for (int i = 1; i < delivered.size(); i++) {
            assertThat(delivered.get(i)).isLessThanOrEqualTo(delivered.get(i - 1) + 1);
        }
    }
}
