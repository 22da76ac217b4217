package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.ForwardingCheckpointStore;
import io.kafscale.checkpoint.ForwardingGroupSession;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorHealth;
import io.kafscale.processor.Stage;
import io.kafscale.processor.StartPosition;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Where a partition begins, how it is paused and sent elsewhere, and what health says meanwhile. */
class ControlTest extends ProcessorFixture {

    /** A store to which acquisitions do not get through as long as it {@code isAway}. */
    private static final class AwayForAcquisitions extends ForwardingCheckpointStore {
        private final AtomicBoolean isAway;

        AwayForAcquisitions(CheckpointStore store, AtomicBoolean isAway) {
            super(store);
            this.isAway = isAway;
        }

        @Override
        public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
            return new ForwardingGroupSession(super.join(group, subscription, ttl)) {
                @Override
                public Acquisition acquire(TopicPartition partition) {
                    return isAway.get()
                            ? new Acquisition.Unknown(new IOException("the store is away"))
                            : super.acquire(partition);
                }
            };
        }
    }

    @Test
    void storeThatWasAwayForAMoment_isAskedAgainSoon_howeverManyAcquisitionsFailed() {
        int partitions = 12;
        for (int partition = 0; partition < partitions; partition++) {
            write(new TopicPartition("orders", partition), 0, 1);
        }
        AtomicBoolean isAway = new AtomicBoolean(true);
        try (Processor processor = builder()
                .checkpoints(new AwayForAcquisitions(checkpoints, isAway))
                .topic("orders", this::deliver)
                .build()) {
            processor.start();
            await().until(() -> failures(Stage.LEASE) >= 8);
            isAway.set(false);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> processor.health().partitions().size() == partitions);
        }
    }

    @Test
    void pausedPartition_isKept_andGoesOnWhereItWas() {
        write(0, 3);
        write(ORDERS_1, 0, 3);
        try (Processor processor = builder().topic("orders", this::deliver).build()) {
            processor.pause(ORDERS_0);
            processor.start();
            await().until(() -> delivered.size() == 3);
            await().until(() -> phase(processor) == PartitionHealth.Phase.PAUSED);
            assertThat(committed()).isZero();
            assertThat(processor.health().partitions()).containsKey(ORDERS_0);

            processor.resume(ORDERS_0);
            awaitCommitted(3);
            processor.pause(ORDERS_0);
            await().until(() -> phase(processor) == PartitionHealth.Phase.PAUSED);
            write(3, 3);
            write(ORDERS_1, 3, 3);
            await().until(() -> checkpoints.checkpoint(GROUP, ORDERS_1).nextOffset() == 6);
            assertThat(committed()).isEqualTo(3);
            processor.resume(ORDERS_0);
            awaitCommitted(6);
        }
    }

    private static PartitionHealth.Phase phase(Processor processor) {
        PartitionHealth health = processor.health().partitions().get(ORDERS_0);
        return health == null ? PartitionHealth.Phase.STARTING : health.phase();
    }

    @Test
    void seek_goesOnThere_underALaterEpoch_afterTheWriteAtHand() throws Exception {
        write(0, 10);
        List<Long> epochs = new CopyOnWriteArrayList<>();
        try (Processor processor = builder()
                .topic("orders", batch -> {
                    epochs.add(batch.context().epoch());
                    deliver(batch);
                })
                .build()) {
            processor.start();
            awaitCommitted(10);
            assertThat(processor
                            .seek(ORDERS_0, new StartPosition.Offset(7))
                            .toCompletableFuture()
                            .get())
                    .isEqualTo(7);
            await().until(() -> delivered.size() == 13);
            awaitCommitted(10);
            assertThatThrownBy(() -> processor
                            .seek(ORDERS_0, new StartPosition.Offset(11))
                            .toCompletableFuture()
                            .get())
                    .hasMessageContaining("offset 11 is not in the log of orders-0, which goes from 0 to 10");
            assertThatThrownBy(() -> processor
                            .seek(ORDERS_1, new StartPosition.Earliest())
                            .toCompletableFuture()
                            .get())
                    .hasMessageContaining("orders-1 is not owned by this worker");
        }
        assertThat(delivered.subList(10, 13)).containsExactlyElementsOf(range(7, 10));
        assertThat(epochs.get(1)).isGreaterThan(epochs.get(0));
        assertThat(events(DeliveryEvent.Moved.class))
                .singleElement()
                .satisfies(moved -> assertThat(moved.message())
                        .isEqualTo("orders-0 goes on at offset 7 instead of 10: it was to go to 7"));
    }

    @Test
    void seekAfterTheEnd_fails() throws Exception {
        write(0, 1);
        Processor processor = builder().topic("orders", this::deliver).build();
        assertThatThrownBy(() -> processor
                        .seek(ORDERS_0, new StartPosition.Earliest())
                        .toCompletableFuture()
                        .get())
                .hasMessageContaining("not started yet");
        processor.start();
        awaitCommitted(1);
        processor.close();
        assertThatThrownBy(() -> processor
                        .seek(ORDERS_0, new StartPosition.Earliest())
                        .toCompletableFuture()
                        .get())
                .hasMessageContaining("the processor has ended");
    }

    @Test
    void startLatest_isDecidedOnce_soThatWhatComesWhileNobodyRunsIsNotMissed() {
        write(0, 5);
        try (Processor processor = builder()
                .startFrom(new StartPosition.Latest())
                .topic("orders", this::deliver)
                .build()) {
            processor.start();
            awaitCommitted(5);
        }
        assertThat(delivered).isEmpty();
        write(5, 5);
        try (Processor processor = builder()
                .startFrom(new StartPosition.Latest())
                .topic("orders", this::deliver)
                .build()) {
            processor.start();
            awaitCommitted(10);
        }
        assertThat(delivered).containsExactlyElementsOf(range(5, 10));
    }

    @Test
    void startAtAnOffsetOrATime_perTopic() {
        write(0, 5);
        write(5, 5);
        try (Processor processor = builder()
                .topic("orders", this::deliver, topic -> topic.startFrom(new StartPosition.Offset(7)))
                .build()) {
            processor.start();
            awaitCommitted(10);
        }
        assertThat(delivered).containsExactlyElementsOf(range(7, 10));
    }

    @Test
    void startAtATimeLongAgo_isTheEarliest() {
        write(3, 5);
        try (Processor processor = builder()
                .startFrom(new StartPosition.Time(Instant.ofEpochMilli(1)))
                .topic("orders", this::deliver)
                .build()) {
            processor.start();
            awaitCommitted(8);
        }
        assertThat(delivered).containsExactlyElementsOf(range(3, 8));
    }

    @Test
    void health_saysWhereEachPartitionStands_andWhatItIsBlockedOn() throws Exception {
        write(0, 5);
        write(5, 5);
        AtomicBoolean open = new AtomicBoolean();
        CountDownLatch called = new CountDownLatch(1);
        Processor processor = builder()
                .batches(io.kafscale.processor.BatchLimits.DEFAULT.withMaxRecords(5))
                .topic("orders", batch -> {
                    if (batch.firstOffset() == 5 && !open.get()) {
                        called.countDown();
                        throw new IOException("the warehouse is closed");
                    }
                })
                .build();
        assertThat(processor.health().isLive()).isFalse();
        processor.start();
        try (processor) {
            called.await();
            awaitCommitted(5);
            await().until(() -> processor.health().partitions().get(ORDERS_0).blockedOn() != null);
            ProcessorHealth health = processor.health();
            assertThat(health.isLive()).isTrue();
            assertThat(health.isReady()).isTrue();
            assertThat(health.bufferedBytes()).isPositive();
            PartitionHealth partition = health.partitions().get(ORDERS_0);
            assertThat(partition.phase()).isEqualTo(PartitionHealth.Phase.RUNNING);
            assertThat(partition.committedOffset()).isEqualTo(5);
            assertThat(partition.confirmedOffset()).isEqualTo(5);
            assertThat(partition.fetchedOffset()).isEqualTo(10);
            assertThat(partition.endOffset()).isEqualTo(10);
            assertThat(partition.lag()).isEqualTo(5);
            assertThat(partition.timestampMillis()).isEqualTo(CREATED);
            assertThat(partition.timeLag()).isGreaterThan(Duration.ofDays(1));
            assertThat(partition.sinceProgress()).isPositive();
            assertThat(partition.blockedOn()).isEqualTo("the sink: the warehouse is closed");

            open.set(true);
            awaitCommitted(10);
            await().until(() -> processor.health().bufferedBytes() == 0);
            PartitionHealth idle = processor.health().partitions().get(ORDERS_0);
            assertThat(idle.blockedOn()).isNull();
            assertThat(idle.lag()).isZero();
            assertThat(idle.timeLag()).isZero();
            assertThat(idle.sinceProgress()).isZero();
        }
        assertThat(processor.health().isLive()).isFalse();
        assertThat(processor.health().isReady()).isFalse();
    }

    @Test
    void deliveredAndCommitted_areHeardOfWithTheirFigures() {
        write(0, 5);
        try (Processor processor = builder()
                .topic("orders", this::deliver, topic -> topic.filter(record -> record.offset() != 2))
                .build()) {
            processor.start();
            awaitCommitted(5);
        }
        assertThat(events(DeliveryEvent.Delivered.class)).singleElement().satisfies(batch -> {
            assertThat(batch.records()).isEqualTo(4);
            assertThat(batch.dropped()).isEqualTo(1);
            assertThat(batch.firstOffset()).isZero();
            assertThat(batch.nextOffset()).isEqualTo(5);
            assertThat(batch.attempt()).isEqualTo(1);
        });
        assertThat(events(DeliveryEvent.Committed.class)).last().satisfies(commit -> {
            assertThat(commit.nextOffset()).isEqualTo(5);
            assertThat(commit.timestampMillis()).isEqualTo(CREATED);
        });
    }
}
