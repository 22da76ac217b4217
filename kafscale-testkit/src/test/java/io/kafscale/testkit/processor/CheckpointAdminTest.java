package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.processor.CheckpointAdmin;
import io.kafscale.processor.GroupDescription;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.StartPosition;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.RecordBatchBuilder.Headers;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.UnreliableCheckpointStore;
import io.kafscale.testkit.WrittenSegment;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckpointAdminTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    private static final String GROUP = "warehouse";

    private final AtomicLong nanoTime = new AtomicLong();
    private final InMemoryObjectStore objects = new InMemoryObjectStore();
    private final InMemoryCheckpointStore checkpoints = new InMemoryCheckpointStore(nanoTime::get);
    private final CheckpointAdmin admin = CheckpointAdmin.of(checkpoints, objects, "production");

    @BeforeEach
    void writeLog() {
        writeSegment(10, NOON.minusSeconds(60));
        writeSegment(20, NOON);
        writeSegment(30, NOON.plusSeconds(60));
    }

    @Test
    void describe_runningGroup_showsMembersOwnersPositionsAndLag() throws IOException {
        Subscription orders = Subscription.of(List.of("orders"), 4);
        GroupSession worker = checkpoints.join(GROUP, orders, Duration.ofSeconds(30));
        Lease lease = commit(worker, ORDERS_0, at(15, 3));
        Lease fresh = acquired(worker, ORDERS_1);

        GroupDescription description = admin.describe(GROUP);

        assertThat(admin.groups()).containsExactly(GROUP);
        assertThat(description.members()).isEqualTo(Map.of(worker.memberId(), orders));
        assertThat(description.partitions())
                .containsExactly(
                        Map.entry(ORDERS_0, new GroupDescription.Partition(lease, at(15, 3), 40)),
                        Map.entry(ORDERS_1, new GroupDescription.Partition(fresh, null, 0)));
        assertThat(description.partitions().get(ORDERS_0).lag()).hasValue(25);
        assertThat(description.partitions().get(ORDERS_1).lag()).isEmpty();
    }

    @Test
    void reset_toEachKindOfPosition_findsItsOffset() throws IOException {
        assertThat(reset("earliest")).isEqualTo(10);
        assertThat(reset("latest")).isEqualTo(40);
        assertThat(reset("17")).isEqualTo(17);
        assertThat(reset("2026-01-31T12:00:00Z")).isEqualTo(20);
        assertThat(reset("2026-01-31T12:00:00.001Z")).isEqualTo(30);
        assertThat(reset("2027-01-31T12:00:00Z")).isEqualTo(40);
    }

    @Test
    void reset_keepsTheLossLedger_andBeginsANewEpoch() throws IOException {
        LossLedger losses = new LossLedger(1, 2, 3, 4);
        GroupSession worker = join();
        Lease lease = commit(worker, ORDERS_0, new Checkpoint(35, 30, 77, 5, losses));
        worker.release(lease);

        Checkpoint moved = admin.reset(GROUP, ORDERS_0, new StartPosition.Earliest());

        assertThat(moved).isEqualTo(new Checkpoint(10, Checkpoint.UNKNOWN, 78, Checkpoint.UNKNOWN, losses));
        assertThat(checkpoints.checkpoint(GROUP, ORDERS_0)).isEqualTo(moved);
        assertThat(admin.describe(GROUP).members())
                .as("the administrator is gone")
                .containsOnlyKeys(worker.memberId());
        assertThat(admin.describe(GROUP).partitions().get(ORDERS_0).owner()).isNull();
    }

    @Test
    void reset_ofAHeldPartition_isRefusedAndNamesTheOwner() throws IOException {
        GroupSession worker = join();
        commit(worker, ORDERS_0, at(15, 3));

        assertThatThrownBy(() -> admin.reset(GROUP, ORDERS_0, new StartPosition.Earliest()))
                .isInstanceOf(GroupInUseException.class)
                .hasMessage("orders-0 is held by " + worker.memberId() + " of group \"warehouse\"; stop that worker, or"
                        + " wait until its lease has ended, and reset it then");
        assertThat(checkpoints.checkpoint(GROUP, ORDERS_0)).isEqualTo(at(15, 3));
    }

    @Test
    void reset_fencesAWorkerThatWasPausedPastItsTtl() throws IOException {
        GroupSession paused = join();
        Lease lost = commit(paused, ORDERS_0, at(15, 3));
        nanoTime.addAndGet(Duration.ofSeconds(31).toNanos());

        Checkpoint moved = admin.reset(GROUP, ORDERS_0, new StartPosition.Offset(12));

        assertThat(paused.commit(List.of(new Commit(lost, at(16, 3)))).get(0)).isInstanceOf(Outcome.Fenced.class);
        assertThat(checkpoints.checkpoint(GROUP, ORDERS_0)).isEqualTo(moved);
    }

    @Test
    void reset_outsideOfTheLog_isRefusedAndSaysWhatThereIs() throws IOException {
        for (long offset : new long[] {9, 41}) {
            assertThatThrownBy(() -> admin.reset(GROUP, ORDERS_0, new StartPosition.Offset(offset)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("offset " + offset + " is not in the log of orders-0, which goes from 10 to 40");
        }
        assertThat(admin.groups()).isEmpty();
    }

    @Test
    void reset_withoutAnAnswer_saysSo() throws IOException {
        UnreliableCheckpointStore network = UnreliableCheckpointStore.around(checkpoints);
        CheckpointAdmin unlucky = CheckpointAdmin.of(network.store(), objects, "production");
        network.keepRequests();
        assertThatThrownBy(() -> unlucky.reset(GROUP, ORDERS_0, new StartPosition.Earliest()))
                .isInstanceOf(IOException.class)
                .hasMessage("acquiring orders-0 for group \"warehouse\" was not answered")
                .hasRootCauseMessage("acquiring: no answer came, as the test wanted it");
    }

    @Test
    void position_thatIsNone_saysWhatWouldBe() {
        for (String text : new String[] {"", "first", "-1", "2026-01-31", "99999999999999999999"}) {
            assertThatThrownBy(() -> StartPosition.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "\"" + text + "\" is no position: it is earliest, latest, an offset, or a time");
        }
    }

    @Test
    void delete_groupAtRest_isForgotten_inUseIsNot() throws IOException {
        GroupSession worker = join();
        Lease lease = commit(worker, ORDERS_0, at(15, 3));
        assertThatThrownBy(() -> admin.delete(GROUP)).isInstanceOf(GroupInUseException.class);
        worker.release(lease);
        worker.leave();

        admin.delete(GROUP);

        assertThat(admin.groups()).isEmpty();
    }

    @Test
    void processor_goesOnWhereItWasReset() throws Exception {
        assertThat(deliveredUntil(40).get(0)).isEqualTo(10L);
        admin.reset(GROUP, ORDERS_0, new StartPosition.Offset(24));

        assertThat(deliveredUntil(40)).startsWith(24L, 25L).endsWith(39L).hasSize(16);
        assertThat(checkpoints.checkpoint(GROUP, ORDERS_0).nextOffset()).isEqualTo(40);
    }

    private List<Long> deliveredUntil(long end) {
        List<Long> delivered = new CopyOnWriteArrayList<>();
        try (Processor processor = ProcessorBuilder.create(GROUP)
                .segments(objects, "production")
                .checkpoints(checkpoints)
                .topic("orders", batch -> batch.forEach(record -> delivered.add(record.offset())))
                .gracePeriod(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .build()) {
            processor.start();
            await().until(() -> !delivered.isEmpty() && delivered.get(delivered.size() - 1) == end - 1);
        }
        return delivered;
    }

    private long reset(String position) throws IOException {
        StartPosition parsed = StartPosition.parse(position);
        long resolved = admin.resolve(ORDERS_0, parsed);
        assertThat(admin.reset(GROUP, ORDERS_0, parsed).nextOffset()).isEqualTo(resolved);
        return resolved;
    }

    private GroupSession join() {
        return checkpoints.join(GROUP, Subscription.ALL, Duration.ofSeconds(30));
    }

    private static Lease acquired(GroupSession session, TopicPartition partition) {
        return ((Acquisition.Acquired) session.acquire(partition)).lease();
    }

    private static Lease commit(GroupSession session, TopicPartition partition, Checkpoint checkpoint) {
        Lease lease = acquired(session, partition);
        assertThat(session.commit(List.of(new Commit(lease, checkpoint)))).containsExactly(new Outcome.Applied());
        return lease;
    }

    private static Checkpoint at(long nextOffset, long epoch) {
        return new Checkpoint(nextOffset, nextOffset, epoch, Checkpoint.UNKNOWN, LossLedger.NONE);
    }

    /** Ten records. */
    private void writeSegment(long baseOffset, Instant created) {
        RecordBatchBuilder batch = new RecordBatchBuilder().timestamp(created.toEpochMilli());
        for (int i = 0; i < 10; i++) {
            batch.record(null, new byte[] {1}, new Headers());
        }
        WrittenSegment segment = new SegmentWriter(baseOffset, created.toEpochMilli())
                .append(batch.build())
                .finish();
        objects.put("production/orders/0/" + segment.indexName(), segment.index());
        objects.put("production/orders/0/" + segment.segmentName(), segment.segment());
    }
}
