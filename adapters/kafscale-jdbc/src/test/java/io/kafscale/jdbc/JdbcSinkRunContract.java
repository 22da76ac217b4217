package io.kafscale.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.CheckpointAdmin;
import io.kafscale.processor.DeadLetter;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.Sink;
import io.kafscale.processor.Stage;
import io.kafscale.processor.StartPosition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Whole processors that write to the database while things fail. */
abstract class JdbcSinkRunContract extends JdbcSinkContract {

    private static final long CREATED = 1_767_225_600_000L;

    private final InMemoryObjectStore objects = new InMemoryObjectStore();
    private final InMemoryCheckpointStore checkpoints = new InMemoryCheckpointStore();
    private long end;

    @Test
    void run_whileTransactionsFailAndRepliesToCommitsAreLost_writesEachRecordOnce() throws Exception {
        FaultySource faulty = new FaultySource(source());
        AtomicInteger failures = new AtomicInteger();
        // The first commit is that of the assignment.
        faulty.loseReplyTo("commit");
        writeSegment(5);
        try (Processor processor = processor(checkpoints, sink(faulty.source()).build())) {
            processor.start();
            await().until(() -> !faulty.isStillToLose());
            for (int i = 1; i <= 5; i++) {
                int failure = i;
                faulty.before("INSERT INTO " + table, () -> {
                    failures.incrementAndGet();
                    throw new IllegalStateException("failed in the middle of the transaction");
                });
                writeSegment(5);
                await().until(() -> failures.get() == failure);
                awaitRows(end);
                faulty.loseReplyTo("commit");
                writeSegment(5);
                await().until(() -> !faulty.isStillToLose());
            }
            awaitCommitted(end);
        }
        assertThat(rows()).containsExactlyElementsOf(offsets(0, 55));
    }

    @Test
    void run_afterTheCheckpointsOfTheRunBeforeWereLost_goesOnFromTheRows() throws Exception {
        for (int run = 0; run < 3; run++) {
            writeSegment(7);
            try (Processor processor =
                    processor(new InMemoryCheckpointStore(), sink(source()).build())) {
                processor.start();
                awaitRows(end);
            }
        }
        assertThat(rows()).containsExactlyElementsOf(offsets(0, 21));
    }

    @Test
    void run_handedOverFromWorkerToWorker_writesEachRecordOnce() throws Exception {
        Processor current = processor(checkpoints, sink(source()).build());
        try {
            current.start();
            for (int i = 0; i < 4; i++) {
                writeSegment(5);
                writeSegment(5);
                Processor next = processor(checkpoints, sink(source()).build());
                next.start();
                current.close();
                current = next;
            }
            awaitRows(end);
            awaitCommitted(end);
        } finally {
            current.close();
        }
        assertThat(rows()).containsExactlyElementsOf(offsets(0, 40));
    }

    @Test
    void seek_movesThePosition_andTheRecordsComeAgain() throws Exception {
        writeSegment(10);
        try (Processor processor = processor(checkpoints, sink(source()).build())) {
            processor.start();
            awaitRows(10);
            processor
                    .seek(ORDERS_0, new StartPosition.Offset(6))
                    .toCompletableFuture()
                    .get();
            awaitRows(14);
            writeSegment(2);
            awaitRows(16);
        }
        assertThat(rows()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 6L, 7L, 7L, 8L, 8L, 9L, 9L, 10L, 11L);
        assertThat(position().nextOffset()).isEqualTo(12);
    }

    @Test
    void reset_backwards_writesTheRecordsAgain() throws Exception {
        writeSegment(5);
        run(5);
        CheckpointAdmin.of(checkpoints, objects, "production")
                .reset("warehouse", ORDERS_0, new StartPosition.Offset(2));
        run(8);

        assertThat(rows()).containsExactly(0L, 1L, 2L, 2L, 3L, 3L, 4L, 4L);
        // And not a third time.
        writeSegment(1);
        run(9);
    }

    @Test
    void reset_forwards_isOverruledByTheRows_soThatNoneIsLeftOut() throws Exception {
        writeSegment(5);
        run(5);
        writeSegment(5);
        CheckpointAdmin.of(checkpoints, objects, "production")
                .reset("warehouse", ORDERS_0, new StartPosition.Offset(8));
        run(10);

        assertThat(rows()).containsExactlyElementsOf(offsets(0, 10));
    }

    @Test
    void recordThatViolatesAConstraint_aloneGoesToTheDeadLetters() throws Exception {
        write("value 0", "value 1", "bad", "value 3", "value 4");
        List<DeadLetter> dead = new CopyOnWriteArrayList<>();
        AtomicInteger writes = new AtomicInteger();
        JdbcSink sink = sink(source()).build();
        Sink counting = new CountingSink(sink, writes);
        try (Processor processor = builder(checkpoints, counting)
                .deadLetters(dead::add)
                .onError(
                        Stage.SINK,
                        ErrorPolicy.afterAttempts(2, ErrorPolicy.Action.DEAD_LETTER)
                                .withPauses(Duration.ofMillis(1), Duration.ofMillis(2)))
                .build()) {
            processor.start();
            awaitCommitted(5);
        }
        assertThat(rows()).containsExactly(0L, 1L, 3L, 4L);
        assertThat(dead).hasSize(1);
        assertThat(dead.get(0).record().offset()).isEqualTo(2);
        assertThat(writes).as("named at once, not sought by halving").hasValue(3);
    }

    /** Else the next owner would go back there, and the checkpoint with it. */
    @Test
    void batchThatTheFilterEmptied_movesThePositionWithTheCheckpoint() throws Exception {
        writeSegment(5);
        writeSegment(5);
        try (Processor processor = builder(checkpoints)
                .topic("orders", sink(source()).build(), orders -> orders.filter(record -> record.offset() < 5))
                .build()) {
            processor.start();
            awaitCommitted(10);
            assertThat(position().nextOffset()).isEqualTo(10);
        }
        assertThat(rows()).containsExactlyElementsOf(offsets(0, 5));
    }

    // ---- what the tests are made of

    private void run(long rows) throws Exception {
        try (Processor processor = processor(checkpoints, sink(source()).build())) {
            processor.start();
            awaitRows(rows);
        }
    }

    private Processor processor(CheckpointStore store, Sink sink) {
        return builder(store, sink).build();
    }

    private ProcessorBuilder builder(CheckpointStore store, Sink sink) {
        return builder(store).topic("orders", sink);
    }

    private ProcessorBuilder builder(CheckpointStore store) {
        return ProcessorBuilder.create("warehouse")
                .segments(objects, "production")
                .checkpoints(store)
                .leaseTtl(Duration.ofSeconds(3))
                .pollInterval(Duration.ofMillis(20))
                .commitInterval(Duration.ofMillis(10))
                .batches(BatchLimits.DEFAULT.withMaxRecords(5));
    }

    private void awaitRows(long count) {
        await().pollInterval(Duration.ofMillis(20)).until(() -> rows().size() >= count);
    }

    private void awaitCommitted(long nextOffset) {
        await().until(() -> {
            var checkpoint = checkpoints.checkpoint("warehouse", ORDERS_0);
            return checkpoint != null && checkpoint.nextOffset() == nextOffset;
        });
    }

    private void writeSegment(int records) {
        write(LongStream.range(end, end + records)
                .mapToObj(offset -> "value " + offset)
                .toArray(String[]::new));
    }

    private void write(String... values) {
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (String value : values) {
            batch.record(null, value);
        }
        WrittenSegment segment =
                new SegmentWriter(end, CREATED).append(batch.build()).finish();
        objects.put("production/orders/0/" + segment.indexName(), segment.index());
        objects.put("production/orders/0/" + segment.segmentName(), segment.segment());
        end = segment.nextOffset();
    }

    private static List<Long> offsets(long from, long until) {
        return LongStream.range(from, until).boxed().toList();
    }
}
