package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.processor.CheckpointAdmin;
import io.kafscale.processor.Processor;
import io.kafscale.processor.Stage;
import io.kafscale.processor.StartPosition;
import io.kafscale.processor.runtime.ThreadedProcessor;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.BatchCompression;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a processor holds of the segments it has fetched, and what a sink sees of it. */
class BuffersTest extends ProcessorFixture {

    @Test
    void cursors_areRepeatable_andEachSeesEveryRecord() {
        write(0, 4);
        List<List<Long>> seen = new CopyOnWriteArrayList<>();
        AtomicInteger filtered = new AtomicInteger();
        try (Processor processor = builder()
                .topic(
                        "orders",
                        batch -> {
                            for (int pass = 0; pass < 3; pass++) {
                                var cursor = batch.cursor();
                                List<Long> offsets = new ArrayList<>();
                                while (cursor.next()) {
                                    offsets.add(cursor.offset());
                                }
                                seen.add(offsets);
                            }
                        },
                        topic -> topic.filter(record -> {
                            filtered.incrementAndGet();
                            return record.offset() != 1;
                        }))
                .build()) {
            processor.start();
            await().until(() -> committed() == 4);
        }
        assertThat(seen).hasSize(3).containsOnly(List.of(0L, 2L, 3L));
        assertThat(filtered)
                .as("finding out whether the batch is empty costs nothing")
                .hasValue(12);
    }

    @Test
    void recordKeptFromABatch_isStillRightAfterItsBufferWasOverwritten() {
        write(0, 50);
        List<Record> kept = new CopyOnWriteArrayList<>();
        try (Processor processor = builder()
                .topic("orders", batch -> {
                    batch.forEach(kept::add);
                    // The array under the batch is what a later segment would be fetched into.
                    var cursor = batch.cursor();
                    while (cursor.next()) {
                        ByteSlice value = cursor.value();
                        Arrays.fill(value.array(), value.offset(), value.offset() + value.length(), (byte) 'X');
                    }
                })
                .build()) {
            processor.start();
            await().until(() -> committed() == 50);
        }
        assertThat(kept).hasSize(50);
        for (Record record : kept) {
            assertThat(record.value().toUtf8()).isEqualTo("value " + record.offset());
            assertThat(record.key().toUtf8()).isEqualTo("key " + record.offset());
        }
    }

    @Test
    void budgetSmallerThanOneSegment_stillMovesEveryPartition() {
        for (int partition = 0; partition < 5; partition++) {
            for (int segment = 0; segment < 4; segment++) {
                write(new TopicPartition("orders", partition), segment * 10L, 10);
            }
        }
        AtomicInteger records = new AtomicInteger();
        try (Processor processor = builder()
                .maxBufferedBytes(10)
                .topic("orders", batch -> records.addAndGet(offsets(batch).size()))
                .build()) {
            processor.start();
            await().until(() -> records.get() == 200);
            await().until(() -> processor.health().bufferedBytes() == 0);
            assertThat(buffersOut(processor)).isZero();
        }
    }

    @Test
    void buffers_areUsedAgain_butNeverWhileASinkLooksAtThem() {
        int partitions = 6;
        int segments = 40;
        for (int partition = 0; partition < partitions; partition++) {
            for (int segment = 0; segment < segments; segment++) {
                write(new TopicPartition("orders", partition), segment * 50L, 50);
            }
        }
        Set<byte[]> arrays = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger writes = new AtomicInteger();
        try (Processor processor = builder()
                .topic("orders", batch -> {
                    if (writes.incrementAndGet() % 7 == 0) {
                        throw new IOException("the warehouse is closed");
                    }
                    var first = batch.cursor();
                    first.next();
                    ByteSlice value = first.value();
                    arrays.add(value.array());
                    // Others are fetched, delivered and let go of meanwhile.
                    for (int pass = 0; pass < 20; pass++) {
                        long offset = batch.firstOffset();
                        for (var record = batch.cursor(); record.next(); offset++) {
                            if (!record.value().toUtf8().equals("value " + offset)) {
                                wrong.add(record.value().toUtf8() + " at " + offset);
                            }
                        }
                        if (!value.toUtf8().equals("value " + batch.firstOffset())) {
                            wrong.add("the view became " + value);
                        }
                    }
                })
                .build()) {
            processor.start();
            for (int partition = 0; partition < partitions; partition++) {
                TopicPartition one = new TopicPartition("orders", partition);
                await().until(() -> checkpoints.checkpoint(GROUP, one) != null
                        && checkpoints.checkpoint(GROUP, one).nextOffset() == segments * 50L);
            }
            await().until(() -> processor.health().bufferedBytes() == 0);
            assertThat(buffersOut(processor)).isZero();
        }
        assertThat(wrong).isEmpty();
        assertThat(arrays).hasSizeLessThan(partitions * segments / 2);
        assertThat(failures(Stage.DECODE)).isZero();
    }

    @Test
    void resumedInsideALargeSegment_fetchesAndReservesOnlyWhatFollows() throws Exception {
        SegmentWriter writer = new SegmentWriter(0, CREATED, 1);
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        for (int i = 0; i < 32; i++) {
            writer.append(new RecordBatchBuilder()
                    .record(null, noise, new RecordBatchBuilder.Headers())
                    .record("k", "v")
                    .build());
        }
        write(writer);
        CheckpointAdmin.of(checkpoints, objects, "production").reset(GROUP, ORDERS_0, new StartPosition.Offset(59));
        objects.resetCounts();
        long buffered;
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Processor processor = builder()
                .topic("orders", batch -> {
                    delivered.addAll(offsets(batch));
                    writing.countDown();
                    goOn.await();
                })
                .build()) {
            processor.start();
            writing.await();
            buffered = processor.health().bufferedBytes();
            goOn.countDown();
            await().until(() -> committed() == 64);
            await().until(() -> processor.health().bufferedBytes() == 0);
            assertThat(buffersOut(processor)).isZero();
        }
        assertThat(delivered).containsExactlyElementsOf(range(59, 64));
        assertThat(objects.bytesRead()).isLessThan(4 << 20);
        assertThat(objects.reads()).as("index, header, records with the footer").isEqualTo(3);
        assertThat(buffered).isBetween(3L << 20, 4L << 20);
    }

    @Test
    void whatIsInflatedForASink_countsWhileItIsRead() throws Exception {
        byte[] zeros = new byte[4 << 20];
        write(new SegmentWriter(0, CREATED)
                .append(new RecordBatchBuilder()
                        .compression(BatchCompression.LZ4)
                        .record(null, zeros, new RecordBatchBuilder.Headers())
                        .build()));
        AtomicInteger read = new AtomicInteger();
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Processor processor = builder()
                .topic("orders", batch -> {
                    var cursor = batch.cursor();
                    cursor.next();
                    read.set(cursor.value().length());
                    reading.countDown();
                    goOn.await();
                })
                .build()) {
            processor.start();
            reading.await();
            // The figure is renewed with the next event.
            await().untilAsserted(
                            () -> assertThat(processor.health().bufferedBytes()).isGreaterThan(4 << 20));
            goOn.countDown();
            await().until(() -> committed() == 1);
            await().until(() -> processor.health().bufferedBytes() == 0);
        }
        assertThat(read).hasValue(4 << 20);
    }

    private static int buffersOut(Processor processor) {
        return ((ThreadedProcessor) processor).buffersOut();
    }
}
