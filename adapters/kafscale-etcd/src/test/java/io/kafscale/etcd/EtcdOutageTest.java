package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two workers and an etcd that fails in every way that forgets something: no partition is dispatched by two owners, all
 * partitions resume, every record arrives, and no partition's epoch ever falls.
 */
@Timeout(120)
class EtcdOutageTest {

    private static final Duration TTL = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    Path bucket;

    private final EtcdServer etcd = EtcdServer.start();
    private final RawEtcd raw = new RawEtcd(etcd.endpoint());
    private final Ledger ledger = new Ledger();
    private final List<Worker> workers = new ArrayList<>();
    private int partitions = 6;
    private long nextOffset;

    /** What sinks were given, by whom, and what must never happen. */
    private static final class Ledger {
        private final Map<TopicPartition, Long> busy = new ConcurrentHashMap<>();
        private final Map<TopicPartition, Long> epochs = new ConcurrentHashMap<>();
        private final Map<TopicPartition, Long> delivered = new ConcurrentHashMap<>();
        private final List<String> broken = new CopyOnWriteArrayList<>();
        private volatile long lastNanos = System.nanoTime();

        void write(RecordBatch batch) throws InterruptedException {
            TopicPartition partition = batch.topicPartition();
            long epoch = batch.context().epoch();
            Long other = busy.putIfAbsent(partition, epoch);
            if (other != null) {
                broken.add(partition + " dispatched under epoch " + epoch + " while it was under " + other);
            }
            try {
                record(batch, epoch);
                Thread.sleep(2); // a sink takes its time; two owners would meet here
                lastNanos = System.nanoTime();
            } finally {
                busy.remove(partition);
            }
        }

        private void record(RecordBatch batch, long epoch) {
            TopicPartition partition = batch.topicPartition();
            long before = epochs.getOrDefault(partition, 0L);
            if (epoch < before) {
                broken.add(partition + " dispatched under epoch " + epoch + " after " + before);
            }
            epochs.put(partition, epoch);
            for (Record record : batch) {
                long reached = delivered.getOrDefault(partition, 0L);
                if (record.offset() > reached) {
                    broken.add(partition + " skipped from " + reached + " to " + record.offset());
                }
                delivered.put(partition, Math.max(reached, record.offset() + 1));
            }
        }

        boolean isAt(long nextOffset, int partitions) {
            return delivered.size() == partitions && delivered.values().stream().allMatch(end -> end == nextOffset);
        }
    }

    private final class Worker implements AutoCloseable {
        final List<ProcessorEvent> events = new CopyOnWriteArrayList<>();
        final Processor processor;

        Worker(Duration ttl, Duration commitInterval) throws IOException {
            processor = ProcessorBuilder.create("warehouse")
                    .segments(FileObjectStore.open(bucket), "production")
                    .checkpoints(EtcdCheckpointStore.builder(etcd.endpoint())
                            .requestTimeout(Duration.ofSeconds(1))
                            .build())
                    .leaseTtl(ttl)
                    .commitInterval(commitInterval)
                    .pollInterval(Duration.ofMillis(50))
                    .discoveryInterval(Duration.ofSeconds(1))
                    .listener(events::add)
                    .topic("orders", ledger::write)
                    .build();
            processor.start();
        }

        long count(Class<? extends ProcessorEvent> kind) {
            return events.stream().filter(kind::isInstance).count();
        }

        @Override
        public void close() {
            processor.close();
        }
    }

    @BeforeEach
    void startWorkers() throws Exception {
        writeSegments();
        workers.add(new Worker(TTL, Duration.ofMillis(50)));
        workers.add(new Worker(TTL, Duration.ofMillis(50)));
        awaitAllDelivered();
    }

    @AfterEach
    void stop() {
        workers.forEach(Worker::close);
        raw.close();
        etcd.close();
        assertThat(ledger.broken).isEmpty();
    }

    @Test
    void outageOfTwiceTheTtl_nobodyDispatchesBeyondTheTtl_andAllResume() throws Exception {
        long killed = System.nanoTime();
        etcd.kill();
        await().pollDelay(TTL.multipliedBy(2)).atMost(PATIENCE).until(() -> true);
        writeSegments();
        assertThat(Duration.ofNanos(ledger.lastNanos - killed)).isLessThan(TTL);
        etcd.restart();
        awaitAllDelivered();
        writeSegments();
        awaitAllDelivered();
        awaitAllCommitted();
    }

    @Test
    void restart_whileSegmentsComeIn_allGoOn() throws Exception {
        for (int i = 0; i < 3; i++) {
            writeSegments();
            etcd.restart();
            writeSegments();
            awaitAllDelivered();
        }
        awaitAllCommitted();
    }

    @Test
    void leasesRevoked_allPartitionsAreAcquiredAnew_underGreaterEpochs() throws Exception {
        Map<TopicPartition, Long> before = Map.copyOf(ledger.epochs);
        for (int partition = 0; partition < partitions; partition++) {
            var lease = raw.find("kafscale/warehouse/leases/orders/" + partition);
            if (lease != null) {
                raw.client.getLeaseClient().revoke(lease.getLease()).get();
            }
        }
        await().atMost(PATIENCE)
                .until(() -> workers.stream().anyMatch(worker -> worker.count(ProcessorEvent.SessionLost.class) > 0));
        writeSegments();
        awaitAllDelivered();
        awaitAllCommitted();
        before.forEach((partition, epoch) ->
                assertThat(ledger.epochs.get(partition)).as("%s", partition).isGreaterThan(epoch));
    }

    @Test
    void restoredFromBeforeTheWorkersJoined_nothingIsLostOrTurnedBack() throws Exception {
        workers.forEach(Worker::close);
        workers.clear();
        Path backup = etcd.killAndBackUp();
        etcd.restart();
        // The same positions and lower revisions than what comes now.
        workers.add(new Worker(TTL, Duration.ofMillis(50)));
        workers.add(new Worker(TTL, Duration.ofMillis(50)));
        for (int i = 0; i < 10; i++) {
            writeSegments();
            awaitAllDelivered();
        }
        Map<TopicPartition, Long> before = Map.copyOf(ledger.epochs);

        etcd.restore(backup);
        writeSegments();
        awaitAllDelivered();
        awaitAllCommitted();
        before.forEach((partition, epoch) ->
                assertThat(ledger.epochs.get(partition)).as("%s", partition).isGreaterThan(epoch));
        assertThat(workers).anyMatch(worker -> worker.count(ProcessorEvent.SessionLost.class) > 0);
    }

    /** To the restored etcd they are free, while their owners, who still are members, go on for up to a TTL. */
    @Test
    void restoredFromBeforePartitionsWereTaken_nobodyElseTakesThemWhileTheirOwnersMayDispatch() throws Exception {
        workers.forEach(Worker::close);
        workers.clear();
        Duration longerThanARestart = Duration.ofSeconds(12);
        // Else a refused commit would tell the owner before its next heartbeat.
        Duration seldom = Duration.ofSeconds(2);
        workers.add(new Worker(longerThanARestart, seldom));
        workers.add(new Worker(longerThanARestart, seldom));
        writeSegments();
        awaitAllDelivered();
        Path backup = etcd.killAndBackUp();
        etcd.restart();
        partitions *= 4;
        for (long end = nextOffset, base = 0; base < end; base += 3) {
            writeSegments(base, partitions / 4, partitions);
        }
        for (int i = 0; i < 5; i++) {
            writeSegments();
            awaitAllDelivered();
        }

        etcd.restore(backup);
        // Traffic, so that two owners would meet.
        for (int i = 0; i < 40; i++) {
            writeSegments();
            await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        }
        awaitAllDelivered();
        awaitAllCommitted();
        assertThat(workers)
                .allSatisfy(worker -> assertThat(worker.events)
                        .anyMatch(event -> event instanceof ProcessorEvent.SessionLost lost
                                && lost.reason().contains("set back from revision")));
    }

    private void awaitAllDelivered() {
        await().atMost(PATIENCE).until(() -> ledger.isAt(nextOffset, partitions) || !ledger.broken.isEmpty());
        assertThat(ledger.broken).isEmpty();
    }

    private void awaitAllCommitted() {
        for (int partition = 0; partition < partitions; partition++) {
            GoProcessor reader = new GoProcessor(raw, "kafscale/warehouse", partition);
            await().atMost(PATIENCE).until(() -> reader.loadOffset() == nextOffset - 1);
        }
    }

    /** One segment more in each partition. */
    private void writeSegments() throws IOException {
        writeSegments(nextOffset, 0, partitions);
        nextOffset += 3;
    }

    private void writeSegments(long base, int from, int until) throws IOException {
        for (int partition = from; partition < until; partition++) {
            Path directory = Files.createDirectories(bucket.resolve("production/orders/" + partition));
            RecordBatchBuilder batch = new RecordBatchBuilder();
            for (int record = 0; record < 3; record++) {
                batch.record(null, "value " + (base + record));
            }
            new SegmentWriter(base, System.currentTimeMillis())
                    .append(batch.build())
                    .finish()
                    .writeTo(directory);
        }
    }
}
