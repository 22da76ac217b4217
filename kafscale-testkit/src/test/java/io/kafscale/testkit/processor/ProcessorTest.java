package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.CheckpointAdmin;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Stage;
import io.kafscale.processor.StartPosition;
import io.kafscale.processor.runtime.ThreadedProcessor;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole processor, with threads, on stores in memory. */
class ProcessorTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final String GROUP = "warehouse";
    private static final long CREATED = 1_767_225_600_000L;

    private final InMemoryObjectStore objects = new InMemoryObjectStore();
    private final InMemoryCheckpointStore checkpoints = new InMemoryCheckpointStore();
    private final List<ProcessorEvent> events = new CopyOnWriteArrayList<>();

    @Test
    void sinkFailsOnOneSegment_nextWaits_andTheSameRecordsComeAgainFirst() {
        writeSegment(0, 5);
        writeSegment(5, 5);
        writeSegment(10, 5);
        AtomicBoolean refuses = new AtomicBoolean(true);
        List<Long> calls = new CopyOnWriteArrayList<>();
        List<Long> delivered = new CopyOnWriteArrayList<>();
        try (Processor processor = builder()
                .batches(BatchLimits.DEFAULT.withMaxRecords(5))
                .topic("orders", batch -> {
                    calls.add(batch.firstOffset());
                    if (batch.firstOffset() == 5 && refuses.get()) {
                        throw new IOException("the warehouse is closed");
                    }
                    batch.forEach(record -> delivered.add(record.offset()));
                })
                .build()) {
            processor.start();
            await().until(() -> calls.stream().filter(offset -> offset == 5).count() >= 3);
            assertThat(calls).doesNotContain(10L);
            assertThat(committed()).isEqualTo(5);
            assertThat(processor.health().partitions().get(ORDERS_0).blockedOn())
                    .contains("the warehouse is closed");

            refuses.set(false);
            await().until(() -> committed() == 15);
        }
        assertThat(delivered).containsExactlyElementsOf(offsets(0, 15));
        assertThat(calls).startsWith(0L, 5L, 5L, 5L).endsWith(5L, 10L);
    }

    @Test
    void attemptsAndBytes_ofARetry_areCountedAndTheSame() {
        writeSegment(0, 3);
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        try (Processor processor = builder()
                .topic("orders", batch -> {
                    attempts.add(batch.attempt());
                    seen.add(values(batch));
                    if (batch.attempt() < 3) {
                        throw new Error("an Error is a failure like any other");
                    }
                })
                .build()) {
            processor.start();
            await().until(() -> committed() == 3);
        }
        assertThat(attempts).containsExactly(1, 2, 3);
        assertThat(Set.copyOf(seen)).hasSize(1);
        assertThat(objects.reads()).as("fetched once").isEqualTo(1);
    }

    @Test
    void filterLeavesNothing_sinkIsNotCalled_andOffsetMoves() {
        writeSegment(0, 4);
        writeSegment(4, 4);
        List<Long> delivered = new CopyOnWriteArrayList<>();
        try (Processor processor = builder()
                .topic(
                        "orders",
                        batch -> batch.forEach(record -> delivered.add(record.offset())),
                        topic -> topic.filter(record -> record.offset() == 2))
                .build()) {
            processor.start();
            await().until(() -> committed() == 8);
        }
        assertThat(delivered).containsExactly(2L);
    }

    @Test
    void filterThatThrows_isAFailure_evenIfTheSinkSwallowsIt() {
        writeSegment(0, 4);
        AtomicBoolean throwing = new AtomicBoolean(true);
        try (Processor processor = builder()
                .topic(
                        "orders",
                        batch -> {
                            try {
                                values(batch);
                            } catch (RuntimeException e) {
                                assertThat(e).hasMessageContaining("orders-0 offset 3");
                            }
                        },
                        topic -> topic.filter(record -> {
                            if (record.offset() == 3 && throwing.get()) {
                                throw new IllegalStateException("cannot judge this one");
                            }
                            return true;
                        }))
                .build()) {
            processor.start();
            await().until(() -> failures(Stage.TRANSFORM) >= 2);
            assertThat(committed()).isZero();
            throwing.set(false);
            await().until(() -> committed() == 4);
        }
    }

    @Test
    void cursors_areRepeatable_andEachSeesEveryRecord() {
        writeSegment(0, 4);
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
    void segmentEndsInControlBatches_offsetMovesToItsEnd() {
        byte[] data = new RecordBatchBuilder().transactional().record("k", "v").build();
        byte[] commitMarker = new RecordBatchBuilder()
                .transactional()
                .control()
                .record("c", "m")
                .build();
        write(new SegmentWriter(0, CREATED).append(data).append(commitMarker).append(commitMarker));
        List<Long> delivered = new CopyOnWriteArrayList<>();
        List<Long> nextOffsets = new CopyOnWriteArrayList<>();
        try (Processor processor = builder()
                .topic("orders", batch -> {
                    batch.forEach(record -> delivered.add(record.offset()));
                    nextOffsets.add(batch.nextOffset());
                })
                .build()) {
            processor.start();
            await().until(() -> committed() == 3);
        }
        assertThat(delivered).containsExactly(0L);
        assertThat(nextOffsets).containsExactly(3L);
    }

    @Test
    void segmentOfControlBatchesAlone_sinkIsNotCalled_andOffsetMoves() {
        byte[] marker = new RecordBatchBuilder().control().record("c", "m").build();
        write(new SegmentWriter(0, CREATED).append(marker));
        AtomicInteger calls = new AtomicInteger();
        try (Processor processor =
                builder().topic("orders", batch -> calls.incrementAndGet()).build()) {
            processor.start();
            await().until(() -> committed() == 1);
        }
        assertThat(calls).hasValue(0);
    }

    @Test
    void recordKeptFromABatch_isStillRightAfterItsBufferWasOverwritten() {
        writeSegment(0, 50);
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
    void manyPartitions_eachInOrder_concurrentlyButNeverTwoCallsForOne() {
        int partitions = 20;
        for (int partition = 0; partition < partitions; partition++) {
            for (int segment = 0; segment < 10; segment++) {
                writeSegment(new TopicPartition("orders", partition), segment * 3L, 3);
            }
        }
        Set<TopicPartition> atSink = ConcurrentHashMap.newKeySet();
        ConcurrentHashMap<TopicPartition, List<Long>> delivered = new ConcurrentHashMap<>();
        CountDownLatch four = new CountDownLatch(4);
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        try (Processor processor = builder()
                .topic("orders", batch -> {
                    if (!atSink.add(batch.topicPartition())) {
                        wrong.add("two calls at once for " + batch.topicPartition());
                    }
                    four.countDown();
                    four.await();
                    delivered
                            .computeIfAbsent(batch.topicPartition(), p -> new CopyOnWriteArrayList<>())
                            .addAll(batchOffsets(batch));
                    atSink.remove(batch.topicPartition());
                })
                .build()) {
            processor.start();
            await().until(() -> delivered.values().stream().mapToInt(List::size).sum() == partitions * 30);
        }
        assertThat(wrong).isEmpty();
        assertThat(delivered).hasSize(partitions);
        delivered.forEach((partition, seen) -> {
            assertThat(seen).as("%s", partition).containsExactlyElementsOf(offsets(0, 30));
            assertThat(checkpoints.checkpoint(GROUP, partition).nextOffset()).isEqualTo(30);
        });
    }

    @Test
    void close_waitsForTheRunningWrite_commitsItAndGivesThePartitionBack() throws Exception {
        writeSegment(0, 5);
        writeSegment(5, 5);
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Processor processor = builder()
                .commitInterval(Duration.ofSeconds(20))
                .topic("orders", batch -> {
                    writing.countDown();
                    goOn.await();
                })
                .build();
        processor.start();
        writing.await();
        Thread closing = new Thread(processor::close);
        closing.start();
        goOn.countDown();
        closing.join();
        assertThat(committed()).isIn(5L, 10L);
        assertThat(events).anyMatch(event -> event instanceof ProcessorEvent.Released);
        assertThat(checkpoints.join(GROUP, Duration.ofSeconds(10)).heartbeat().owners())
                .isEmpty();
    }

    @Test
    void drainLimitPasses_hungPartitionIsNotGivenBack() throws Exception {
        writeSegment(0, 5);
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Processor processor = builder()
                .topic("orders", batch -> {
                    writing.countDown();
                    never.await();
                })
                .build();
        processor.start();
        writing.await();
        assertThat(processor.drain(Duration.ofMillis(200))).isFalse();
        assertThat(committed()).isZero();
        assertThat(checkpoints.join(GROUP, Duration.ofSeconds(10)).heartbeat().owners())
                .containsKey(ORDERS_0);
    }

    @Test
    void closedFromItsOwnSink_ends() throws Exception {
        writeSegment(0, 5);
        Processor[] self = new Processor[1];
        self[0] = builder().topic("orders", batch -> self[0].close()).build();
        self[0].start();
        assertThat(self[0].awaitTermination(Duration.ofSeconds(20))).isTrue();
        assertThat(committed()).isEqualTo(5);
    }

    @Test
    void secondProcessor_continuesWhereTheFirstEnded() {
        writeSegment(0, 5);
        List<Long> delivered = new CopyOnWriteArrayList<>();
        for (int run = 0; run < 2; run++) {
            long end = committed() + 5;
            try (Processor processor = builder()
                    .topic("orders", batch -> delivered.addAll(batchOffsets(batch)))
                    .build()) {
                processor.start();
                await().until(() -> committed() == end);
            }
            writeSegment(end, 5);
        }
        assertThat(delivered).containsExactlyElementsOf(offsets(0, 10));
    }

    @Test
    void startsInTheMiddleOfASegment_whenTheCheckpointSaysSo() throws Exception {
        writeSegment(0, 10);
        writeSegment(10, 10);
        var other = checkpoints.join(GROUP, Duration.ofSeconds(10));
        var acquired = (io.kafscale.checkpoint.Acquisition.Acquired) other.acquire(ORDERS_0);
        other.commit(List.of(new io.kafscale.checkpoint.Commit(acquired.lease(), Checkpoint.at(14))));
        other.release(acquired.lease());
        List<Long> delivered = new CopyOnWriteArrayList<>();
        try (Processor processor = builder()
                .topic("orders", batch -> delivered.addAll(batchOffsets(batch)))
                .build()) {
            processor.start();
            await().until(() -> committed() == 20);
        }
        assertThat(delivered).containsExactlyElementsOf(offsets(14, 20));
        assertThat(events).noneMatch(event -> event instanceof ProcessorEvent.Gap);
    }

    @Test
    void damagedSegment_isNeverSkipped_andReadOnceItIsSound() {
        WrittenSegment sound = segment(0, 5);
        byte[] damaged = sound.segment().clone();
        damaged[100] ^= 1;
        put(ORDERS_0, sound, damaged);
        writeSegment(5, 5);
        List<Long> delivered = new CopyOnWriteArrayList<>();
        try (Processor processor = builder()
                .topic("orders", batch -> delivered.addAll(batchOffsets(batch)))
                .build()) {
            processor.start();
            await().until(() -> failures(Stage.DECODE) >= 2);
            assertThat(delivered).isEmpty();
            assertThat(processor.health().partitions().get(ORDERS_0).blockedOn())
                    .contains("segment-00000000000000000000.kfs");
            put(ORDERS_0, sound, sound.segment());
            await().until(() -> committed() == 10);
        }
        assertThat(delivered).containsExactlyElementsOf(offsets(0, 10));
    }

    @Test
    void wrongNamespace_saysWhatIsThereInstead() {
        writeSegment(0, 5);
        try (Processor processor = ProcessorBuilder.create(GROUP)
                .segments(objects, "prod")
                .checkpoints(checkpoints)
                .listener(events::add)
                .topic("orders", batch -> {})
                .build()) {
            processor.start();
            await().until(() -> events.stream().anyMatch(event -> event instanceof ProcessorEvent.NothingFound));
        }
        assertThat(events)
                .filteredOn(event -> event instanceof ProcessorEvent.NothingFound)
                .first()
                .satisfies(event -> assertThat(event.message()).contains("orders", "prod", "production"));
    }

    @Test
    void newFiles_areNoticedQuickly_withoutAnySetting(@TempDir Path directory) throws Exception {
        Files.createDirectories(directory.resolve("production/orders/0"));
        segment(0, 5).writeTo(directory.resolve("production/orders/0"));
        try (Processor processor = ProcessorBuilder.create(GROUP)
                .segments(FileObjectStore.open(directory), "production")
                .checkpoints(checkpoints)
                .commitInterval(Duration.ofMillis(10))
                .topic("orders", batch -> {})
                .build()) {
            processor.start();
            await().until(() -> committed() == 5);
            segment(5, 5).writeTo(directory.resolve("production/orders/0"));
            await().atMost(Duration.ofSeconds(3)).until(() -> committed() == 10);
        }
    }

    @Test
    void oneOfTwoTopicsIsMissing_saysWhatIsThere_once() {
        writeSegment(0, 5);
        try (Processor processor = builder()
                .discoveryInterval(Duration.ofMillis(10))
                .topic("orders", batch -> {})
                .topic("odrers", batch -> {})
                .build()) {
            processor.start();
            await().until(() -> committed() == 5);
            await().until(() -> events.stream().anyMatch(event -> event instanceof ProcessorEvent.NothingFound));
            writeSegment(new TopicPartition("orders", 1), 0, 5);
            await().until(() -> checkpoints.checkpoint(GROUP, new TopicPartition("orders", 1)) != null);
        }
        assertThat(events)
                .filteredOn(event -> event instanceof ProcessorEvent.NothingFound)
                .extracting(ProcessorEvent::message)
                .containsExactly("nothing to process of odrers: under memory/production/ are the topics orders");
    }

    @Test
    void gapAndOverlap_areReportedAndCountedWithTheCheckpoint() {
        writeSegment(0, 5);
        writeSegment(8, 5);
        writeSegment(11, 5);
        List<Long> delivered = new CopyOnWriteArrayList<>();
        try (Processor processor = builder()
                .topic("orders", batch -> delivered.addAll(batchOffsets(batch)))
                .build()) {
            processor.start();
            await().until(() -> committed() == 16);
        }
        List<Long> expected = new ArrayList<>(offsets(0, 5));
        expected.addAll(offsets(8, 16));
        assertThat(delivered).containsExactlyElementsOf(expected);
        assertThat(events).contains(new ProcessorEvent.Gap(ORDERS_0, 5, 8));
        assertThat(events)
                .anyMatch(event -> event instanceof ProcessorEvent.Overlap overlap
                        && overlap.from() == 11
                        && overlap.until() == 13);
        Checkpoint checkpoint = checkpoints.checkpoint(GROUP, ORDERS_0);
        assertThat(checkpoint.losses().gaps()).isEqualTo(1);
        assertThat(checkpoint.losses().gapOffsets()).isEqualTo(3);
        assertThat(checkpoint.losses().overlapOffsets()).isEqualTo(2);
    }

    @Test
    void budgetSmallerThanOneSegment_stillMovesEveryPartition() {
        for (int partition = 0; partition < 5; partition++) {
            for (int segment = 0; segment < 4; segment++) {
                writeSegment(new TopicPartition("orders", partition), segment * 10L, 10);
            }
        }
        AtomicInteger records = new AtomicInteger();
        try (Processor processor = builder()
                .maxBufferedBytes(10)
                .topic("orders", batch -> records.addAndGet(batchOffsets(batch).size()))
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
                writeSegment(new TopicPartition("orders", partition), segment * 50L, 50);
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
        List<Long> delivered = new CopyOnWriteArrayList<>();
        long buffered;
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Processor processor = builder()
                .topic("orders", batch -> {
                    delivered.addAll(batchOffsets(batch));
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
        assertThat(delivered).containsExactlyElementsOf(offsets(59, 64));
        assertThat(objects.bytesRead()).isLessThan(4 << 20);
        assertThat(objects.reads()).as("index, header, records with the footer").isEqualTo(3);
        assertThat(buffered).isBetween(3L << 20, 4L << 20);
    }

    private static int buffersOut(Processor processor) {
        return ((ThreadedProcessor) processor).buffersOut();
    }

    private ProcessorBuilder builder() {
        return ProcessorBuilder.create(GROUP)
                .segments(objects, "production")
                .checkpoints(checkpoints)
                .listener(events::add)
                .pollInterval(Duration.ofMillis(20))
                .commitInterval(Duration.ofMillis(10));
    }

    private long failures(Stage stage) {
        return events.stream()
                .filter(event -> event instanceof ProcessorEvent.Failed failed && failed.stage() == stage)
                .count();
    }

    private long committed() {
        Checkpoint checkpoint = checkpoints.checkpoint(GROUP, ORDERS_0);
        return checkpoint == null ? 0 : checkpoint.nextOffset();
    }

    private void writeSegment(long baseOffset, int records) {
        writeSegment(ORDERS_0, baseOffset, records);
    }

    private void writeSegment(TopicPartition partition, long baseOffset, int records) {
        WrittenSegment segment = segment(baseOffset, records);
        put(partition, segment, segment.segment());
    }

    private void write(SegmentWriter writer) {
        WrittenSegment segment = writer.finish();
        put(ORDERS_0, segment, segment.segment());
    }

    private void put(TopicPartition partition, WrittenSegment segment, byte[] content) {
        String prefix = "production/" + partition.topic() + "/" + partition.partition() + "/";
        objects.put(prefix + segment.indexName(), segment.index());
        objects.put(prefix + segment.segmentName(), content);
    }

    private static WrittenSegment segment(long baseOffset, int records) {
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (long offset = baseOffset; offset < baseOffset + records; offset++) {
            batch.record("key " + offset, "value " + offset);
        }
        return new SegmentWriter(baseOffset, CREATED).append(batch.build()).finish();
    }

    private static List<Long> offsets(int from, int until) {
        return IntStream.range(from, until).mapToObj(Long::valueOf).toList();
    }

    private static List<Long> batchOffsets(RecordBatch batch) {
        List<Long> offsets = new ArrayList<>();
        batch.forEach(record -> offsets.add(record.offset()));
        return offsets;
    }

    private static List<String> values(RecordBatch batch) {
        List<String> values = new ArrayList<>();
        batch.forEach(record -> values.add(record.value().toUtf8()));
        return values;
    }
}
