package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.DeadLetter;
import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.ErrorPolicy.Action;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.processor.Sink;
import io.kafscale.processor.Stage;
import io.kafscale.processor.TypedSink;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What becomes of records, segments and partitions that keep failing. */
class ErrorPolicyTest extends ProcessorFixture {

    private static final Duration SHORT = Duration.ofMillis(1);

    private final List<DeadLetter> letters = new CopyOnWriteArrayList<>();

    private static ErrorPolicy after(int attempts, Action then) {
        return ErrorPolicy.afterAttempts(attempts, then).withPauses(SHORT, SHORT);
    }

    private ProcessorBuilder withDeadLetters(int attempts) {
        return builder().deadLetters(letters::add).onError(Stage.SINK, after(attempts, Action.DEAD_LETTER));
    }

    /** Refuses batches that hold one of these, without saying which. */
    private void refuse(RecordBatch batch, Set<Long> poison) throws IOException {
        List<Long> offsets = offsets(batch);
        if (offsets.stream().anyMatch(poison::contains)) {
            throw new IOException("cannot take it");
        }
        delivered.addAll(offsets);
    }

    @Test
    void poisonRecords_areFoundByHalving_andGoToTheDeadLetters_allOthersAreDeliveredInOrder() {
        write(0, 20);
        write(20, 10);
        try (Processor processor = withDeadLetters(3)
                .topic("orders", batch -> refuse(batch, Set.of(0L, 13L, 14L, 29L)))
                .build()) {
            processor.start();
            awaitCommitted(30);
        }
        List<Long> expected = range(0, 30).stream()
                .filter(offset -> !Set.of(0L, 13L, 14L, 29L).contains(offset))
                .toList();
        assertThat(delivered).containsExactlyElementsOf(expected);
        assertThat(letters).extracting(letter -> letter.record().offset()).containsExactly(0L, 13L, 14L, 29L);
        DeadLetter letter = letters.get(1);
        assertThat(letter.record().value().toUtf8()).isEqualTo("value 13");
        assertThat(letter.group()).isEqualTo(GROUP);
        assertThat(letter.partition()).isEqualTo(ORDERS_0);
        assertThat(letter.stage()).isEqualTo(Stage.SINK);
        assertThat(letter.attempts()).as("of the record alone").isEqualTo(3);
        assertThat(letter.error()).isEqualTo("cannot take it");
        assertThat(losses()).isEqualTo(new LossLedger(0, 0, 0, 0, 0, 4));
    }

    @Test
    void sinkNamesTheRecord_itAloneIsPutAside_andTheBatchComesWholeAgain() {
        write(0, 10);
        AtomicInteger calls = new AtomicInteger();
        try (Processor processor = withDeadLetters(1)
                .topic("orders", batch -> {
                    calls.incrementAndGet();
                    for (long offset : offsets(batch)) {
                        if (offset == 4 || offset == 7) {
                            throw new RecordFailedException(offset, new IOException("no such customer"));
                        }
                    }
                    deliver(batch);
                })
                .build()) {
            processor.start();
            awaitCommitted(10);
        }
        assertThat(calls).hasValue(3);
        assertThat(delivered).containsExactly(0L, 1L, 2L, 3L, 5L, 6L, 8L, 9L);
        assertThat(letters).extracting(letter -> letter.record().offset()).containsExactly(4L, 7L);
        assertThat(events(DeliveryEvent.DeadLettered.class))
                .extracting(DeliveryEvent.DeadLettered::message)
                .first()
                .isEqualTo("orders-0 offset 4 went to the dead letters after 1 attempt of the sink:"
                        + " offset 4: java.io.IOException: no such customer");
    }

    @Test
    void valueThatCannotBeDeserialized_isADeadLetterOfTheTransform() {
        write(0, 5);
        List<String> values = new CopyOnWriteArrayList<>();
        try (Processor processor = builder()
                .deadLetters(letters::add)
                .onError(Stage.TRANSFORM, after(1, Action.DEAD_LETTER))
                .topic(
                        "orders",
                        TypedSink.of(
                                record -> {
                                    if (record.offset() == 2) {
                                        throw new IOException("not an order");
                                    }
                                    return record.value().toUtf8();
                                },
                                (batch, orders) -> orders.forEach(order -> values.add(order.value()))))
                .build()) {
            processor.start();
            awaitCommitted(5);
        }
        assertThat(values).containsExactly("value 0", "value 1", "value 3", "value 4");
        assertThat(letters).singleElement().satisfies(letter -> {
            assertThat(letter.record().offset()).isEqualTo(2);
            assertThat(letter.stage()).isEqualTo(Stage.TRANSFORM);
            assertThat(letter.error()).contains("not an order");
        });
    }

    @Test
    void transformsInTheirOrder_mapAndDropAndRefuse() {
        write(0, 6);
        List<String> values = new CopyOnWriteArrayList<>();
        try (Processor processor = builder()
                .topic(
                        "orders",
                        batch -> batch.forEach(record -> values.add(record.key() + "=" + record.value())),
                        topic -> topic.filter(record -> record.offset() > 0)
                                .map(record -> record.offset() == 1
                                        ? null
                                        : record.withValue(
                                                ("mapped " + record.offset()).getBytes(StandardCharsets.UTF_8)))
                                .validate(record -> {
                                    if (!record.value().toUtf8().startsWith("mapped")) {
                                        throw new IllegalStateException("validated before it was mapped");
                                    }
                                    if (record.offset() == 3) {
                                        throw new IllegalStateException("three is wrong");
                                    }
                                })
                                .onError(Stage.TRANSFORM, after(1, Action.SKIP)))
                .build()) {
            processor.start();
            awaitCommitted(6);
        }
        assertThat(values).containsExactly("key 2=mapped 2", "key 4=mapped 4", "key 5=mapped 5");
        assertThat(losses()).isEqualTo(new LossLedger(0, 0, 0, 0, 1, 0));
        assertThat(events(DeliveryEvent.Skipped.class))
                .singleElement()
                .satisfies(skipped -> assertThat(skipped.message())
                        .contains("orders-0 offsets 3 to 3 are skipped", "three is wrong"));
    }

    @Test
    void deadLettersFail_thePartitionWaits_andNothingIsCommittedPastTheRecord() {
        write(0, 3);
        AtomicInteger failures = new AtomicInteger();
        try (Processor processor = builder()
                .deadLetters(letter -> {
                    if (failures.incrementAndGet() < 4) {
                        throw new IOException("the grave is full");
                    }
                    assertThat(committed()).isLessThanOrEqualTo(1);
                    letters.add(letter);
                })
                .onError(Stage.SINK, after(1, Action.DEAD_LETTER))
                .topic("orders", batch -> refuse(batch, Set.of(1L)))
                .build()) {
            processor.start();
            awaitCommitted(3);
        }
        assertThat(letters).hasSize(1);
        assertThat(delivered).containsExactly(0L, 2L);
    }

    @Test
    void stopPartition_keepsItWhereItIs_whileOthersGoOn_andSeekSetsItGoing() throws Exception {
        write(0, 5);
        write(ORDERS_1, 0, 5);
        try (Processor processor = builder()
                .onError(Stage.SINK, after(2, Action.STOP_PARTITION))
                .topic("orders", batch -> {
                    if (batch.topicPartition().equals(ORDERS_0) && batch.firstOffset() < 3) {
                        throw new IOException("cannot take it");
                    }
                })
                .build()) {
            processor.start();
            await().until(() -> !events(DeliveryEvent.Stopped.class).isEmpty());
            await().until(() -> checkpoints.checkpoint(GROUP, ORDERS_1).nextOffset() == 5);
            PartitionHealth health = processor.health().partitions().get(ORDERS_0);
            assertThat(health.phase()).isEqualTo(PartitionHealth.Phase.STOPPED);
            assertThat(health.blockedOn())
                    .isEqualTo("orders-0 is stopped after 2 attempts of the sink, as its policy says: cannot take it;"
                            + " mend that and start again, or seek past it");
            assertThat(committed()).isZero();
            assertThat(processor.health().bufferedBytes()).isZero();
            processor
                    .seek(ORDERS_0, new io.kafscale.processor.StartPosition.Offset(3))
                    .toCompletableFuture()
                    .get();
            awaitCommitted(5);
        }
    }

    @Test
    void stopProcessor_drainsAndGivesBack_andRunThrows() {
        write(0, 5);
        Processor processor = builder()
                .onError(Stage.SINK, after(2, Action.STOP_PROCESSOR))
                .topic("orders", batch -> {
                    throw new IOException("the schema is wrong");
                })
                .build();
        assertThatThrownBy(processor::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the processor ends, as the policy of the sink says, at orders-0: the schema is wrong");
        assertThat(processor.health().isLive()).isFalse();
        assertThat(committed()).isZero();
        assertThat(checkpoints.inspect(GROUP).view().owners()).isEmpty();
    }

    /** A segment with a bit flipped, which the checksum over its body shows at once. */
    private void writeUnopenable(long baseOffset, int records) {
        WrittenSegment damaged = segment(baseOffset, records);
        byte[] bytes = damaged.segment().clone();
        bytes[60] ^= 1;
        put(ORDERS_0, damaged, bytes);
    }

    @Test
    void damagedSegment_isSkippedIfToldTo_onceTheNextOneShowsWhereItEnds() {
        write(0, 4);
        writeUnopenable(4, 2);
        try (Processor processor = builder()
                .onError(Stage.DECODE, after(2, Action.SKIP))
                .topic("orders", this::deliver)
                .build()) {
            processor.start();
            awaitCommitted(4);
            await().until(() -> processor.health().partitions().get(ORDERS_0).blockedOn() != null);
            assertThat(committed()).isEqualTo(4);
            write(6, 3);
            awaitCommitted(9);
        }
        assertThat(delivered).containsExactlyElementsOf(List.of(0L, 1L, 2L, 3L, 6L, 7L, 8L));
        assertThat(losses()).isEqualTo(new LossLedger(0, 0, 0, 0, 2, 0));
        assertThat(events(DeliveryEvent.Skipped.class)).singleElement().satisfies(skipped -> {
            assertThat(skipped.from()).isEqualTo(4);
            assertThat(skipped.until()).isEqualTo(6);
        });
    }

    /** Keeps how far it has come, and refuses records from an offset on. */
    private static final class PositionedSink implements Sink {
        private final List<String> ranges = new CopyOnWriteArrayList<>();
        private volatile Checkpoint position = Checkpoint.at(0);
        private volatile long refusedFrom = Long.MAX_VALUE;

        @Override
        public Checkpoint assigned(Assignment assignment) {
            return position;
        }

        @Override
        public boolean keepsPosition() {
            return true;
        }

        @Override
        public void write(RecordBatch batch) throws IOException {
            List<Long> offsets = offsets(batch);
            if (!offsets.isEmpty() && offsets.get(offsets.size() - 1) >= refusedFrom) {
                throw new IOException("not yet");
            }
            ranges.add(batch.firstOffset() + " to " + batch.nextOffset() + ": " + offsets);
            position =
                    Checkpoint.at(batch.nextOffset()).withEpoch(batch.context().epoch());
        }
    }

    /** Two workers one after the other; the first one ends when only the offsets below {@code skippedTo} are dealt with. */
    private List<String> rangesOfASinkWithAPosition(long skippedTo, long end) {
        PositionedSink sink = new PositionedSink();
        sink.refusedFrom = skippedTo;
        for (long until : List.of(skippedTo, end)) {
            try (Processor processor = builder()
                    .batches(BatchLimits.DEFAULT.withMaxRecords(2))
                    .onError(Stage.DECODE, after(2, Action.SKIP))
                    .topic("orders", sink)
                    .build()) {
                processor.start();
                awaitCommitted(until);
            }
            sink.refusedFrom = Long.MAX_VALUE;
        }
        assertThat(events(DeliveryEvent.Skipped.class)).hasSize(1);
        return sink.ranges;
    }

    @Test
    void segmentThatCannotBeOpened_isSkipped_andASinkWithAPositionIsToldSo() {
        write(0, 2);
        writeUnopenable(2, 2);
        write(4, 2);
        assertThat(rangesOfASinkWithAPosition(4, 6)).containsExactly("0 to 2: [0, 1]", "2 to 4: []", "4 to 6: [4, 5]");
        assertThat(losses().skippedOffsets()).as("counted once").isEqualTo(2);
    }

    @Test
    void restOfASegmentThatCannotBeRead_isSkipped_andASinkWithAPositionIsToldSo() {
        write(0, 2);
        byte[] batch = new RecordBatchBuilder()
                .record("k", "v")
                .record("k", "w")
                .record("k", "x")
                .build();
        // Four records, it says, and has three.
        ByteBuffer.wrap(batch).putInt(23, 3).putInt(57, 4);
        CRC32C crc = new CRC32C();
        crc.update(batch, 21, batch.length - 21);
        ByteBuffer.wrap(batch).putInt(17, (int) crc.getValue());
        WrittenSegment damaged = new SegmentWriter(2, CREATED).append(batch).finish();
        put(ORDERS_0, damaged, damaged.segment());
        write(6, 2);
        assertThat(rangesOfASinkWithAPosition(6, 8))
                .containsExactly("0 to 2: [0, 1]", "2 to 4: [2, 3]", "4 to 6: []", "6 to 8: [6, 7]");
        assertThat(losses().skippedOffsets()).as("counted once").isEqualTo(2);
    }

    @Test
    void recordThatKillsItsWorkers_isPutAsideInTheEnd_andNothingElseIs() throws Exception {
        write(0, 8);
        int owners = 0;
        while (committed() < 8) {
            assertThat(++owners).as("owners that ended").isLessThan(20);
            CountDownLatch hung = new CountDownLatch(1);
            // One that never answers again stands for one that was killed: its lease ends, nothing of it is committed.
            Processor doomed = withDeadLetters(2)
                    .leaseTtl(Duration.ofSeconds(1))
                    .topic("orders", batch -> {
                        if (offsets(batch).contains(5L)) {
                            hung.countDown();
                            Thread.currentThread().join();
                        }
                        deliver(batch);
                    })
                    .build();
            doomed.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> hung.getCount() == 0 || committed() == 8);
            doomed.drain(hung.getCount() == 0 ? Duration.ofMillis(1) : Duration.ofSeconds(20));
        }
        assertThat(letters).extracting(letter -> letter.record().offset()).containsExactly(5L);
        assertThat(letters.get(0).error()).contains("workers ended while they had it at their sink");
        assertThat(Set.copyOf(delivered)).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 6L, 7L);
        assertThat(losses()).isEqualTo(new LossLedger(0, 0, 0, 0, 0, 1));
        Checkpoint last = checkpoints.checkpoint(GROUP, ORDERS_0);
        assertThat(last.nextOffset()).isEqualTo(8);
    }

    private LossLedger losses() {
        return checkpoints.checkpoint(GROUP, ORDERS_0).losses();
    }

    @Test
    void contradictions_areSaidWhenItIsBuilt_withTheWayOut() {
        assertThatThrownBy(() -> builder().onError(Stage.LIST, after(3, Action.SKIP)))
                .hasMessage("when listing fails nothing is wrong with the records, and none is skipped; retry for ever,"
                        + " stop the partition, or stop the processor");
        assertThatThrownBy(() -> builder().onError(Stage.COMMIT, after(3, Action.DEAD_LETTER)))
                .hasMessage("when the commit fails there is no record to send to the dead letters; retry for ever, stop"
                        + " the partition, or stop the processor");
        assertThatThrownBy(() -> builder().onError(Stage.JOIN, ErrorPolicy.retryForever()))
                .hasMessage("joining the group is tried for ever, as a worker can do nothing without it; choose another"
                        + " stage");
        assertThatThrownBy(() -> builder()
                        .onError(Stage.SINK, after(3, Action.DEAD_LETTER))
                        .topic("orders", batch -> {})
                        .build())
                .hasMessage(
                        "topic orders: records are sent to the dead letters when the sink fails, but there is no place for"
                                + " them; call deadLetters(sink), or choose another action");
        assertThatThrownBy(() -> builder()
                        .plannedBatches()
                        .onError(Stage.SINK, after(3, Action.SKIP))
                        .topic("orders", batch -> {})
                        .build())
                .hasMessage(
                        "topic orders: batches are planned, and handed over whole, while the error policy of the sink"
                                + " would halve them to find a bad record; give up plannedBatches, or have the policy stop the"
                                + " partition");
    }
}
