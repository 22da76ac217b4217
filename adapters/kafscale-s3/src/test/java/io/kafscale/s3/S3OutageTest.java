package io.kafscale.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.S3Proxy.Fault;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two workers on real clocks, and an S3 that answers 503, or loses one answer in five: no partition is dispatched by two
 * owners, all partitions resume, every record arrives, and no partition's epoch ever falls.
 */
@Timeout(180)
class S3OutageTest extends CheckpointFixture {

    private static final Duration TTL = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PARTITIONS = 6;

    private final InMemoryObjectStore segments = new InMemoryObjectStore();
    private final List<Processor> workers = new ArrayList<>();
    private final List<ProcessorEvent> events = new CopyOnWriteArrayList<>();
    private long nextOffset;

    private final Map<TopicPartition, Long> busy = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> epochs = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> delivered = new ConcurrentHashMap<>();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private volatile long lastDispatch = System.nanoTime();

    @BeforeEach
    void startWorkers() {
        writeSegments();
        startWorker();
        startWorker();
        awaitAllDelivered();
    }

    @AfterEach
    void stopWorkers() {
        proxy.heal();
        workers.forEach(Processor::close);
        assertThat(broken).isEmpty();
    }

    @Test
    void s3AnsweringUnavailableForTwiceTheTtl_nobodyDispatchesBeyondTheTtl_andAllResume() throws Exception {
        Map<TopicPartition, Long> before = Map.copyOf(epochs);
        fault(Fault.UNAVAILABLE, request -> true);
        long refused = System.nanoTime();
        letPassWithTraffic(TTL.multipliedBy(2));
        assertThat(Duration.ofNanos(lastDispatch - refused)).isLessThan(TTL);
        assertThat(events).anyMatch(ProcessorEvent.SessionLost.class::isInstance);

        proxy.heal();
        awaitAllDelivered();
        writeSegments();
        awaitAllDelivered();
        awaitAllCommitted();
        before.forEach((partition, epoch) ->
                assertThat(epochs.get(partition)).as("%s", partition).isGreaterThan(epoch));
    }

    @Test
    void s3LosingEveryFifthAnswer_nothingIsLost() throws Exception {
        proxy.faults(request -> ThreadLocalRandom.current().nextInt(5) == 0 ? Fault.REPLY_LOST : Fault.NONE);
        letPassWithTraffic(TTL.multipliedBy(3));
        proxy.heal();
        awaitAllDelivered();
        awaitAllCommitted();
    }

    private void startWorker() {
        Processor processor = ProcessorBuilder.create(group)
                .segments(segments, "production")
                .checkpoints(S3CheckpointStore.create(client, BUCKET))
                .leaseTtl(TTL)
                .commitInterval(Duration.ofMillis(500))
                .pollInterval(Duration.ofMillis(50))
                .discoveryInterval(Duration.ofSeconds(1))
                .listener(events::add)
                .topic("orders", this::write)
                .build();
        workers.add(processor);
        processor.start();
    }

    private void write(RecordBatch batch) throws InterruptedException {
        TopicPartition partition = batch.topicPartition();
        long epoch = batch.context().epoch();
        Long other = busy.putIfAbsent(partition, epoch);
        if (other != null) {
            broken.add(partition + " dispatched under epoch " + epoch + " while it was under " + other);
        }
        try {
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
            Thread.sleep(2); // a sink takes its time; two owners would meet here
            lastDispatch = System.nanoTime();
        } finally {
            busy.remove(partition);
        }
    }

    private void letPassWithTraffic(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        await().pollInterval(Duration.ofMillis(100)).atMost(PATIENCE).until(() -> {
            writeSegments();
            return System.nanoTime() - end > 0;
        });
    }

    private void awaitAllDelivered() {
        long end = nextOffset;
        await().atMost(PATIENCE)
                .until(() -> !broken.isEmpty()
                        || (delivered.size() == PARTITIONS
                                && delivered.values().stream().allMatch(at -> at == end)));
        assertThat(broken).isEmpty();
    }

    private void awaitAllCommitted() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            TopicPartition orders = new TopicPartition("orders", partition);
            await().atMost(PATIENCE).until(() -> position(orders) == nextOffset);
        }
    }

    /** One segment more in each partition. */
    private void writeSegments() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            RecordBatchBuilder batch = new RecordBatchBuilder();
            for (int record = 0; record < 3; record++) {
                batch.record(null, "value " + (nextOffset + record));
            }
            WrittenSegment segment = new SegmentWriter(nextOffset, System.currentTimeMillis())
                    .append(batch.build())
                    .finish();
            String prefix = "production/orders/" + partition + "/";
            segments.put(prefix + segment.indexName(), segment.index());
            segments.put(prefix + segment.segmentName(), segment.segment());
        }
        nextOffset += 3;
    }
}
