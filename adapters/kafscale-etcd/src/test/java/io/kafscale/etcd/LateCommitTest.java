package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.Client;
import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.EtcdServer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes that were given up on and land all the same. */
class LateCommitTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);

    private static EtcdServer etcd;

    private final String group = "late-" + UUID.randomUUID();
    private final LateDelivery network = new LateDelivery();
    private EtcdCheckpointStore store;
    private GroupSession session;
    private Lease lease;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdServer.start();
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @BeforeEach
    void acquire() throws Exception {
        var client =
                Client.builder().endpoints(etcd.endpoint()).waitForReady(false).interceptors(List.of(network));
        store = new EtcdCheckpointStore(new EtcdClient(client, "etcd", Duration.ofSeconds(5)), null);
        session = store.join(group, Duration.ofSeconds(60));
        lease = acquired(session).lease();
        assertThat(commit(4)).isEqualTo(new Outcome.Applied());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void lateCommit_landingAfterANewerOne_changesNothing() {
        giveUpOn(5);
        assertThat(commit(6)).isEqualTo(new Outcome.Applied());

        network.deliverOne();

        assertThat(position()).isEqualTo(6);
        assertThat(commit(7)).isEqualTo(new Outcome.Applied());
        assertThat(position()).isEqualTo(7);
    }

    @Test
    void lateCommit_landingBeforeANewerOne_isReplacedWithoutAConflict() {
        giveUpOn(5);
        network.deliverOne();
        assertThat(position()).isEqualTo(5);

        giveUpOn(6);
        network.deliverOne();
        assertThat(commit(7)).isEqualTo(new Outcome.Applied());
        assertThat(position()).isEqualTo(7);
    }

    @Test
    void lateCommits_ofWhichTheLaterLandsFirst_leaveTheLatest() {
        giveUpOn(5);
        giveUpOn(6);
        network.deliverOne();
        assertThat(commit(7)).isEqualTo(new Outcome.Applied());

        network.deliverOne();

        assertThat(position()).isEqualTo(7);
    }

    @Test
    void lateCommit_repeatedAfterItLanded_isApplied() {
        giveUpOn(5);
        network.deliverOne();

        assertThat(commit(5)).isEqualTo(new Outcome.Applied());
        assertThat(position()).isEqualTo(5);
    }

    @Test
    void lateCommit_landingUnderTheNextLease_changesNothing() {
        giveUpOn(5);
        assertThat(session.release(lease)).isEqualTo(new Outcome.Applied());
        lease = acquired(session).lease();

        network.deliverOne();

        assertThat(position()).isEqualTo(4);
        assertThat(commit(5)).isEqualTo(new Outcome.Applied());
    }

    @Test
    void lateRelease_landingUnderTheNextLease_leavesIt() throws Exception {
        network.keep();
        assertThat(session.release(lease)).isInstanceOf(Outcome.Unknown.class);
        network.passOn();
        assertThat(session.release(lease)).isEqualTo(new Outcome.Applied());
        lease = acquired(session).lease();

        network.deliverOne();

        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(lease);
    }

    @Test
    void lateAcquisition_isSeenAsOursAndAdopted() throws Exception {
        TopicPartition partition = new TopicPartition("orders", 1);
        network.keep();
        assertThat(session.acquire(partition)).isInstanceOf(Acquisition.Unknown.class);
        network.passOn();
        network.deliverOne();

        Lease late = session.heartbeat().owner(partition);

        assertThat(late.memberId()).isEqualTo(session.memberId());
        assertThat(session.acquire(partition)).isEqualTo(new Acquisition.Acquired(late, null));
    }

    private void giveUpOn(long nextOffset) {
        network.keep();
        assertThat(commit(nextOffset)).isInstanceOf(Outcome.Unknown.class);
        network.passOn();
    }

    private Outcome commit(long nextOffset) {
        Checkpoint checkpoint = new Checkpoint(nextOffset, nextOffset, 1, Checkpoint.UNKNOWN, LossLedger.NONE);
        return session.commit(List.of(new Commit(lease, checkpoint))).get(0);
    }

    /** Read past the session, whose knowledge of the key must stay what it was. */
    private long position() {
        try (RawEtcd raw = new RawEtcd(etcd.endpoint())) {
            return OffsetValue.of(raw.find("kafscale/" + group + "/offsets/orders/0"))
                    .checkpoint()
                    .nextOffset();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Acquisition.Acquired acquired(GroupSession session) {
        return (Acquisition.Acquired) session.acquire(ORDERS_0);
    }
}
