package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.AsyncSink;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.Processor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.Sink;
import io.kafscale.processor.StartPosition;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What sinks are told beside records, and what they may answer. */
class SinkLifecycleTest extends ProcessorFixture {

    private final List<String> calls = new CopyOnWriteArrayList<>();

    /** Writes down what it is told. */
    private class NotingSink implements Sink {
        private final String name;

        NotingSink(String name) {
            this.name = name;
        }

        @Override
        public @Nullable Checkpoint assigned(Assignment assignment) {
            calls.add(name + " assigned " + assignment.partition() + " at "
                    + assignment.start().nextOffset() + (assignment.isMoved() ? " moved" : ""));
            return null;
        }

        @Override
        public void write(RecordBatch batch) {
            calls.add(name + " write " + batch.topicPartition());
            deliver(batch);
        }

        @Override
        public void revoked(TopicPartition partition, Revocation cause) {
            calls.add(name + " revoked " + partition + " " + cause);
        }

        @Override
        public void close() {
            calls.add(name + " close");
        }
    }

    @Test
    void sharedSink_isAssignedFirst_revokedBeforeTheRelease_andClosedOnce() {
        write(0, 3);
        write(new TopicPartition("payments", 0), 0, 1);
        NotingSink sink = new NotingSink("sink");
        try (Processor processor =
                builder().topic("orders", sink).topic("payments", sink).build()) {
            processor.start();
            awaitCommitted(3);
            await().until(() -> calls.contains("sink write payments-0"));
        }
        assertThat(calls.stream().filter(call -> call.contains("orders")))
                .containsExactly(
                        "sink assigned orders-0 at 0", "sink write orders-0", "sink revoked orders-0 RELEASED");
        assertThat(calls).endsWith("sink close").containsOnlyOnce("sink close");
    }

    @Test
    void sinkPerPartition_isMadeForEach_andClosedWhenThePartitionGoes() {
        write(0, 3);
        write(ORDERS_1, 0, 3);
        try (Processor processor = builder()
                .topicPerPartition("orders", partition -> new NotingSink("own " + partition))
                .build()) {
            processor.start();
            await().until(() -> delivered.size() == 6);
        }
        for (TopicPartition partition : List.of(ORDERS_0, ORDERS_1)) {
            String own = "own " + partition;
            assertThat(calls.stream().filter(call -> call.startsWith(own)))
                    .containsExactly(
                            own + " assigned " + partition + " at 0",
                            own + " write " + partition,
                            own + " revoked " + partition + " RELEASED",
                            own + " close");
        }
    }

    @Test
    void assignedThrows_isCalledAgain_andNothingIsWrittenBefore() {
        write(0, 3);
        AtomicInteger attempts = new AtomicInteger();
        Sink sink = new NotingSink("sink") {
            @Override
            public @Nullable Checkpoint assigned(Assignment assignment) {
                if (attempts.incrementAndGet() < 3) {
                    throw new IllegalStateException("not yet");
                }
                return super.assigned(assignment);
            }
        };
        try (Processor processor = builder().topic("orders", sink).build()) {
            processor.start();
            awaitCommitted(3);
        }
        assertThat(calls).startsWith("sink assigned orders-0 at 0", "sink write orders-0");
    }

    @Test
    void sinkKeepsItsOwnPosition_isGoneOnFromThere_underALaterEpochThanItsOwn() {
        write(0, 10);
        List<Long> epochs = new CopyOnWriteArrayList<>();
        Sink sink = new NotingSink("sink") {
            @Override
            public @Nullable Checkpoint assigned(Assignment assignment) {
                super.assigned(assignment);
                return new Checkpoint(6, Checkpoint.UNKNOWN, 41, Checkpoint.UNKNOWN, LossLedger.NONE);
            }

            @Override
            public void write(RecordBatch batch) {
                epochs.add(batch.context().epoch());
                super.write(batch);
            }
        };
        try (Processor processor = builder().topic("orders", sink).build()) {
            processor.start();
            awaitCommitted(10);
        }
        assertThat(calls)
                .startsWith(
                        "sink assigned orders-0 at 0",
                        "sink revoked orders-0 MOVED",
                        "sink assigned orders-0 at 6 moved",
                        "sink write orders-0");
        assertThat(delivered).containsExactlyElementsOf(range(6, 10));
        assertThat(epochs).allMatch(epoch -> epoch > 41);
        assertThat(events(DeliveryEvent.Moved.class))
                .singleElement()
                .satisfies(moved -> assertThat(moved.message())
                        .isEqualTo("orders-0 goes on at offset 6 instead of 0: that is how far its sink has come, under"
                                + " epoch 41"));
    }

    @Test
    void offsetsAreLost_whatTheSinkKnowsCounts_ratherThanAFirstStart() {
        write(0, 10);
        Sink sink = new NotingSink("sink") {
            @Override
            public @Nullable Checkpoint assigned(Assignment assignment) {
                return new Checkpoint(6, Checkpoint.UNKNOWN, 41, Checkpoint.UNKNOWN, LossLedger.NONE);
            }
        };
        try (Processor processor = builder()
                .startFrom(new StartPosition.Latest())
                .topic("orders", sink)
                .build()) {
            processor.start();
            awaitCommitted(10);
        }
        assertThat(delivered).containsExactlyElementsOf(range(6, 10));
    }

    @Test
    void sinkWasSetBack_lowerPositionCounts() {
        write(0, 10);
        try (Processor processor =
                builder().topic("orders", new NotingSink("first")).build()) {
            processor.start();
            awaitCommitted(10);
        }
        delivered.clear();
        Sink restored = new NotingSink("restored") {
            @Override
            public @Nullable Checkpoint assigned(Assignment assignment) {
                return new Checkpoint(4, Checkpoint.UNKNOWN, 0, Checkpoint.UNKNOWN, LossLedger.NONE);
            }
        };
        try (Processor processor = builder().topic("orders", restored).build()) {
            processor.start();
            await().until(() -> delivered.size() >= 6);
        }
        assertThat(delivered).containsExactlyElementsOf(range(4, 10));
    }

    @Test
    void prefixConfirmed_isCommittedWhileTheRestIsWritten_andOnlyTheRestComesAgain() throws Exception {
        write(0, 10);
        CountDownLatch confirmed = new CountDownLatch(1);
        CountDownLatch fail = new CountDownLatch(1);
        try (Processor processor = builder()
                .topic("orders", batch -> {
                    calls.add("from " + batch.firstOffset() + " attempt " + batch.attempt());
                    if (batch.firstOffset() == 0) {
                        assertThatThrownBy(() -> batch.confirm(11)).isInstanceOf(IllegalArgumentException.class);
                        assertThatThrownBy(() -> batch.confirm(0)).isInstanceOf(IllegalArgumentException.class);
                        batch.confirm(6);
                        confirmed.countDown();
                        fail.await();
                        throw new IOException("the rest is not in");
                    }
                    deliver(batch);
                })
                .build()) {
            processor.start();
            confirmed.await();
            awaitCommitted(6);
            fail.countDown();
            awaitCommitted(10);
        }
        assertThat(calls).startsWith("from 0 attempt 1", "from 6 attempt 2");
        assertThat(delivered).containsExactlyElementsOf(range(6, 10));
    }

    @Test
    void asyncSink_holdsNoThread_isOneAtATimeInOrder_andItsFailureIsRetried() throws Exception {
        for (int partition = 0; partition < 8; partition++) {
            write(new TopicPartition("orders", partition), 0, 4);
        }
        ExecutorService elsewhere = Executors.newSingleThreadExecutor();
        CopyOnWriteArrayList<CompletableFuture<Void>> open = new CopyOnWriteArrayList<>();
        AtomicInteger refused = new AtomicInteger();
        AsyncSink sink = batch -> {
            CompletableFuture<Void> stage = new CompletableFuture<>();
            open.add(stage);
            return stage.thenRunAsync(
                    () -> {
                        if (batch.attempt() == 1) {
                            refused.incrementAndGet();
                            throw new IllegalStateException("once more");
                        }
                        deliver(batch);
                    },
                    elsewhere);
        };
        try (Processor processor =
                builder().maxConcurrentWrites(8).topicAsync("orders", sink).build()) {
            processor.start();
            await().until(() -> open.size() == 8);
            assertThat(delivered).isEmpty();
            await().until(() -> {
                open.forEach(stage -> stage.complete(null));
                return delivered.size() == 32;
            });
            awaitCommitted(4);
        } finally {
            elsewhere.shutdownNow();
        }
        assertThat(refused).hasValue(8);
    }

    @Test
    void asyncSinkThatReturnsNull_orThrows_isAFailureLikeAnyOther() {
        write(0, 2);
        AtomicInteger calls = new AtomicInteger();
        AsyncSink sink = new AsyncSink() {
            @Override
            @SuppressWarnings("NullAway") // what is not to be done
            public CompletionStage<Void> write(RecordBatch batch) {
                return switch (calls.incrementAndGet()) {
                    case 1 -> null;
                    case 2 -> throw new NoClassDefFoundError("gone");
                    default -> CompletableFuture.completedFuture(null);
                };
            }
        };
        try (Processor processor = builder().topicAsync("orders", sink).build()) {
            processor.start();
            awaitCommitted(2);
        }
        assertThat(calls).hasValue(3);
    }

    @Test
    void leaseLost_sinkIsInterrupted_andToldThatItIsLost_lateConfirmationMovesNothing() throws Exception {
        write(0, 4);
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        NotingSink sink = new NotingSink("sink") {
            @Override
            public void write(RecordBatch batch) {
                if (writing.getCount() == 0) {
                    super.write(batch);
                    return;
                }
                writing.countDown();
                try {
                    Thread.currentThread().join();
                } catch (InterruptedException e) {
                    assertThat(batch.context().isRevoked()).isTrue();
                    interrupted.countDown();
                }
            }
        };
        AtomicLong leap = new AtomicLong();
        InMemoryCheckpointStore leaping = new InMemoryCheckpointStore(() -> System.nanoTime() + leap.get());
        try (Processor processor = builder()
                .checkpoints(leaping)
                .leaseTtl(Duration.ofSeconds(2))
                .batches(BatchLimits.DEFAULT.withMaxRecords(2))
                .topic("orders", sink)
                .build()) {
            processor.start();
            writing.await();
            leap.set(Duration.ofSeconds(10).toNanos());
            interrupted.await();
            await().until(() -> leaping.checkpoint(GROUP, ORDERS_0).nextOffset() == 4);
        }
        assertThat(calls).contains("sink revoked orders-0 LOST");
        assertThat(delivered).as("the batch that was returned late came again").containsExactlyElementsOf(range(0, 4));
    }
}
