package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.Processor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How segments become batches. */
class BatchingTest extends ProcessorFixture {

    private final List<String> calls = new CopyOnWriteArrayList<>();

    private void note(RecordBatch batch) {
        calls.add(batch.firstOffset() + ".." + batch.nextOffset());
        deliver(batch);
    }

    @Test
    void segmentsThatCameDuringAWrite_areOneBatch() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        write(0, 2);
        try (Processor processor = builder()
                .prefetchSegments(50)
                .topic("orders", batch -> {
                    note(batch);
                    writing.countDown();
                    goOn.await();
                })
                .build()) {
            processor.start();
            writing.await();
            for (int base = 2; base < 20; base += 2) {
                write(base, 2);
            }
            await().until(() -> processor.health().partitions().get(ORDERS_0).fetchedOffset() == 20);
            goOn.countDown();
            awaitCommitted(20);
        }
        assertThat(calls).containsExactly("0..2", "2..20");
        assertThat(delivered).containsExactlyElementsOf(range(0, 20));
    }

    @Test
    void segmentLargerThanTheLimits_isSplit_andEachPartIsCommitted() {
        write(0, 10);
        write(10, 10);
        try (Processor processor = builder()
                .batches(BatchLimits.DEFAULT.withMaxRecords(4))
                .topic("orders", this::note)
                .build()) {
            processor.start();
            awaitCommitted(20);
        }
        assertThat(calls).containsExactly("0..4", "4..8", "8..10", "10..14", "14..18", "18..20");
        assertThat(delivered).containsExactlyElementsOf(range(0, 20));
    }

    @Test
    void segmentDeletedWhileItIsDeliveredInParts_isDeliveredToItsEnd() throws Exception {
        write(0, 6);
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Processor processor = builder()
                .batches(BatchLimits.DEFAULT.withMaxRecords(4))
                .topic("orders", batch -> {
                    note(batch);
                    writing.countDown();
                    goOn.await();
                })
                .build()) {
            processor.start();
            writing.await();
            objects.delete("production/orders/0/segment-00000000000000000000.kfs");
            objects.delete("production/orders/0/segment-00000000000000000000.index");
            long lists = objects.lists();
            await().until(() -> objects.lists() > lists + 1);
            goOn.countDown();
            awaitCommitted(6);
        }
        assertThat(calls).containsExactly("0..4", "4..6");
    }

    @Test
    void limitOfBytes_splitsInProportion_andOneRecordMayExceedIt() {
        write(0, 3);
        try (Processor processor = builder()
                .topic("orders", this::note, topic -> topic.batches(BatchLimits.DEFAULT.withMaxBytes(1)))
                .build()) {
            processor.start();
            awaitCommitted(3);
        }
        assertThat(calls).containsExactly("0..1", "1..2", "2..3");
    }

    @Test
    void workerEndsInsideASegment_nextOneGoesOnThere() {
        write(0, 10);
        write(10, 5);
        try (Processor processor = builder()
                .batches(BatchLimits.DEFAULT.withMaxRecords(4))
                .topic("orders", batch -> {
                    if (batch.firstOffset() == 8) {
                        throw new IOException("no further");
                    }
                    note(batch);
                })
                .build()) {
            processor.start();
            awaitCommitted(8);
        }
        try (Processor processor = builder().topic("orders", this::note).build()) {
            processor.start();
            awaitCommitted(15);
        }
        assertThat(delivered).containsExactlyElementsOf(range(0, 15));
        assertThat(checkpoints.checkpoint(GROUP, ORDERS_0).losses().overlapOffsets())
                .isZero();
    }

    @Test
    void smallBatch_waitsForMore_butNoLongerThanItIsTold() {
        write(0, 2);
        AtomicInteger writes = new AtomicInteger();
        try (Processor processor = builder()
                .batches(BatchLimits.DEFAULT.withMaxRecords(6).withMaxWait(Duration.ofSeconds(30)))
                .topic("orders", batch -> {
                    writes.incrementAndGet();
                    note(batch);
                })
                .build()) {
            processor.start();
            await().until(() -> {
                var health = processor.health().partitions().get(ORDERS_0);
                return health != null && health.fetchedOffset() == 2;
            });
            assertThat(writes).hasValue(0);
            write(2, 4);
            awaitCommitted(6);
        }
        assertThat(calls).containsExactly("0..6");

        write(6, 1);
        try (Processor processor = builder()
                .batches(BatchLimits.DEFAULT.withMaxWait(Duration.ofMillis(50)))
                .topic("orders", this::note)
                .build()) {
            processor.start();
            awaitCommitted(7);
        }
    }

    @Test
    void plannedBatch_isHandedOverAgainAsItWas_alsoByTheNextOwnerThatSeesMore() throws Exception {
        write(0, 3);
        write(3, 3);
        Checkpoint planned;
        CountDownLatch writing = new CountDownLatch(1);
        Processor lost = builder()
                .leaseTtl(Duration.ofSeconds(1))
                .commitInterval(Duration.ZERO)
                .plannedBatches()
                .batches(BatchLimits.DEFAULT.withMaxRecords(5))
                .topic("orders", batch -> {
                    note(batch);
                    writing.countDown();
                    Thread.currentThread().join();
                })
                .build();
        lost.start();
        writing.await();
        planned = checkpoints.checkpoint(GROUP, ORDERS_0);
        assertThat(planned.nextOffset()).isZero();
        assertThat(planned.plannedEnd()).isEqualTo(lengthOfFirstCall());
        lost.drain(Duration.ofMillis(1));

        write(6, 3);
        calls.clear();
        try (Processor next = builder()
                .leaseTtl(Duration.ofSeconds(1))
                .plannedBatches()
                .topic("orders", this::note)
                .build()) {
            next.start();
            awaitCommitted(9);
        }
        assertThat(calls.get(0)).isEqualTo("0.." + planned.plannedEnd());
        assertThat(checkpoints.checkpoint(GROUP, ORDERS_0).plannedEnd()).isEqualTo(Checkpoint.UNKNOWN);
    }

    private long lengthOfFirstCall() {
        return Long.parseLong(calls.get(0).substring(calls.get(0).indexOf("..") + 2));
    }

    @Test
    void writesSerializedPerTopic_oneAtATimeOfATopic_whileOthersRun() {
        int partitions = 6;
        for (int partition = 0; partition < partitions; partition++) {
            write(new TopicPartition("orders", partition), 0, 5);
            write(new TopicPartition("payments", partition), 0, 5);
        }
        AtomicInteger orders = new AtomicInteger();
        AtomicInteger payments = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch both = new CountDownLatch(2);
        AtomicInteger done = new AtomicInteger();
        try (Processor processor = builder()
                .serializeWritesPerTopic()
                .topic("orders", batch -> atOnce(orders, most, both, done))
                .topic("payments", batch -> atOnce(payments, most, both, done))
                .build()) {
            processor.start();
            await().until(() -> done.get() == 2 * partitions);
        }
        assertThat(most).hasValue(1);
    }

    private static void atOnce(AtomicInteger running, AtomicInteger most, CountDownLatch both, AtomicInteger done)
            throws InterruptedException {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        both.countDown();
        both.await();
        running.decrementAndGet();
        done.incrementAndGet();
    }
}
