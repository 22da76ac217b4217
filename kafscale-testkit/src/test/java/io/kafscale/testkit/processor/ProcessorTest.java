package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole processor, with threads, on stores in memory. */
class ProcessorTest extends ProcessorFixture {

    @Test
    void sinkFailsOnOneSegment_nextWaits_andTheSameRecordsComeAgainFirst() {
        write(0, 5);
        write(5, 5);
        write(10, 5);
        AtomicBoolean refuses = new AtomicBoolean(true);
        List<Long> calls = new CopyOnWriteArrayList<>();
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
        assertThat(delivered).containsExactlyElementsOf(range(0, 15));
        assertThat(calls).startsWith(0L, 5L, 5L, 5L).endsWith(5L, 10L);
    }

    @Test
    void attemptsAndBytes_ofARetry_areCountedAndTheSame() {
        write(0, 3);
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
        write(0, 4);
        write(4, 4);
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
        write(0, 4);
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
    void segmentEndsInControlBatches_offsetMovesToItsEnd() {
        byte[] data = new RecordBatchBuilder().transactional().record("k", "v").build();
        byte[] commitMarker = new RecordBatchBuilder()
                .transactional()
                .control()
                .record("c", "m")
                .build();
        write(new SegmentWriter(0, CREATED).append(data).append(commitMarker).append(commitMarker));
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
    void manyPartitions_eachInOrder_concurrentlyButNeverTwoCallsForOne() {
        int partitions = 20;
        for (int partition = 0; partition < partitions; partition++) {
            for (int segment = 0; segment < 10; segment++) {
                write(new TopicPartition("orders", partition), segment * 3L, 3);
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
                            .addAll(offsets(batch));
                    atSink.remove(batch.topicPartition());
                })
                .build()) {
            processor.start();
            await().until(() -> delivered.values().stream().mapToInt(List::size).sum() == partitions * 30);
        }
        assertThat(wrong).isEmpty();
        assertThat(delivered).hasSize(partitions);
        delivered.forEach((partition, seen) -> {
            assertThat(seen).as("%s", partition).containsExactlyElementsOf(range(0, 30));
            assertThat(checkpoints.checkpoint(GROUP, partition).nextOffset()).isEqualTo(30);
        });
    }

    @Test
    void close_waitsForTheRunningWrite_commitsItAndGivesThePartitionBack() throws Exception {
        write(0, 5);
        write(5, 5);
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
        write(0, 5);
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
        write(0, 5);
        Processor[] self = new Processor[1];
        self[0] = builder().topic("orders", batch -> self[0].close()).build();
        self[0].start();
        assertThat(self[0].awaitTermination(Duration.ofSeconds(20))).isTrue();
        assertThat(committed()).isEqualTo(5);
    }

    @Test
    void secondProcessor_continuesWhereTheFirstEnded() {
        write(0, 5);
        for (int run = 0; run < 2; run++) {
            long end = committed() + 5;
            try (Processor processor = builder()
                    .topic("orders", batch -> delivered.addAll(offsets(batch)))
                    .build()) {
                processor.start();
                await().until(() -> committed() == end);
            }
            write(end, 5);
        }
        assertThat(delivered).containsExactlyElementsOf(range(0, 10));
    }

    @Test
    void startsInTheMiddleOfASegment_whenTheCheckpointSaysSo() throws Exception {
        write(0, 10);
        write(10, 10);
        var other = checkpoints.join(GROUP, Duration.ofSeconds(10));
        var acquired = (io.kafscale.checkpoint.Acquisition.Acquired) other.acquire(ORDERS_0);
        other.commit(List.of(new io.kafscale.checkpoint.Commit(acquired.lease(), Checkpoint.at(14))));
        other.release(acquired.lease());
        try (Processor processor = builder()
                .topic("orders", batch -> delivered.addAll(offsets(batch)))
                .build()) {
            processor.start();
            await().until(() -> committed() == 20);
        }
        assertThat(delivered).containsExactlyElementsOf(range(14, 20));
        assertThat(events).noneMatch(event -> event instanceof ProcessorEvent.Gap);
    }

    @Test
    void damagedSegment_isNeverSkipped_andReadOnceItIsSound() {
        WrittenSegment sound = segment(0, 5);
        byte[] damaged = sound.segment().clone();
        damaged[100] ^= 1;
        put(ORDERS_0, sound, damaged);
        write(5, 5);
        try (Processor processor = builder()
                .topic("orders", batch -> delivered.addAll(offsets(batch)))
                .build()) {
            processor.start();
            await().until(() -> failures(Stage.DECODE) >= 2);
            assertThat(delivered).isEmpty();
            assertThat(processor.health().partitions().get(ORDERS_0).blockedOn())
                    .contains("segment-00000000000000000000.kfs");
            put(ORDERS_0, sound, sound.segment());
            await().until(() -> committed() == 10);
        }
        assertThat(delivered).containsExactlyElementsOf(range(0, 10));
    }

    @Test
    void wrongNamespace_saysWhatIsThereInstead() {
        write(0, 5);
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
        write(0, 5);
        try (Processor processor = builder()
                .discoveryInterval(Duration.ofMillis(10))
                .topic("orders", batch -> {})
                .topic("odrers", batch -> {})
                .build()) {
            processor.start();
            await().until(() -> committed() == 5);
            await().until(() -> events.stream().anyMatch(event -> event instanceof ProcessorEvent.NothingFound));
            write(new TopicPartition("orders", 1), 0, 5);
            await().until(() -> checkpoints.checkpoint(GROUP, new TopicPartition("orders", 1)) != null);
        }
        assertThat(events)
                .filteredOn(event -> event instanceof ProcessorEvent.NothingFound)
                .extracting(ProcessorEvent::message)
                .containsExactly("nothing to process of odrers: under memory/production/ are the topics orders");
    }

    @Test
    void gapAndOverlap_areReportedAndCountedWithTheCheckpoint() {
        write(0, 5);
        write(8, 5);
        write(11, 5);
        try (Processor processor = builder()
                .topic("orders", batch -> delivered.addAll(offsets(batch)))
                .build()) {
            processor.start();
            await().until(() -> committed() == 16);
        }
        List<Long> expected = new ArrayList<>(range(0, 5));
        expected.addAll(range(8, 16));
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
}
