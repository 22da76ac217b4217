package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

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

/** Living under one prefix with Go processors, taking over from them and giving back. */
class GoProcessorsTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);

    private static EtcdServer etcd;
    private static RawEtcd raw;

    private final String prefix = "processors-" + UUID.randomUUID();
    private EtcdCheckpointStore store;
    private GroupSession session;
    private GoProcessor go;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdServer.start();
        raw = new RawEtcd(etcd.endpoint());
    }

    @AfterAll
    static void stopEtcd() {
        raw.close();
        etcd.close();
    }

    @BeforeEach
    void join() throws Exception {
        store = EtcdCheckpointStore.builder(etcd.endpoint()).keyPrefix(prefix).build();
        session = store.join("warehouse", Duration.ofSeconds(30));
        go = new GoProcessor(raw, prefix, 0);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void acquire_afterGoCommitted_resumesAtTheNextOffset() throws Exception {
        go.claim();
        go.commit(41);
        go.release();

        assertThat(acquire(ORDERS_0).checkpoint()).isEqualTo(Checkpoint.at(42));
    }

    @Test
    void acquire_whileGoHoldsTheLease_isKeptOut() throws Exception {
        go.claim();

        assertThat(session.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(GoProcessor.OWNER));
        long revision = raw.find(prefix + "/leases/orders/0").getModRevision();
        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(new Lease(ORDERS_0, GoProcessor.OWNER, revision));

        go.renew();
        assertThat(session.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(GoProcessor.OWNER));

        go.release();
        assertThat(session.acquire(ORDERS_0)).isInstanceOf(Acquisition.Acquired.class);
    }

    @Test
    void commitAndRelease_handThePartitionToGo() throws Exception {
        Lease lease = acquire(ORDERS_0).lease();
        assertThat(go.claim()).isFalse();
        assertThat(raw.get(prefix + "/leases/orders/0"))
                .startsWith("{\"owner_id\":\"" + session.memberId() + "\",\"lease_expires_at\":")
                .endsWith(",\"generation\":1}");

        commit(lease, 42);
        assertThat(raw.get(prefix + "/offsets/orders/0"))
                .startsWith("{\"offset\":41,\"last_timestamp_ms\":1767225600000,\"updated_at\":");
        assertThat(raw.get(prefix + "/watermarks/orders/0"))
                .matches("\\{\"offset\":41,\"last_timestamp_ms\":1767225600000,\"updated_at\":\\d+}");

        session.release(lease);
        assertThat(go.claim()).isTrue();
        assertThat(go.loadOffset()).isEqualTo(41);
    }

    @Test
    void commit_ofNothingProcessed_readsAsNothingProcessed() throws Exception {
        commit(acquire(ORDERS_0).lease(), 0);

        assertThat(go.loadOffset()).isEqualTo(-1);
        assertThat(acquire(ORDERS_0).checkpoint().nextOffset()).isZero();
    }

    @Test
    void commit_afterGoDeletedOurLease_isFenced() throws Exception {
        Lease lease = acquire(ORDERS_0).lease();
        commit(lease, 10);
        go.claim(); // in vain, and yet it tidies up
        go.release();

        assertThat(session.heartbeat().owner(ORDERS_0)).isNull();
        assertThat(commit(lease, 11)).isEqualTo(new Outcome.Fenced("no lease"));
        assertThat(go.loadOffset()).isEqualTo(9);
    }

    @Test
    void commit_afterGoRenewedOverOurLease_isFencedAndTheLeaseIsTheirs() throws Exception {
        Lease lease = acquire(ORDERS_0).lease();
        commit(lease, 10);
        go.claim();
        go.renew();

        Lease found = session.heartbeat().owner(ORDERS_0);
        assertThat(found.memberId()).isEqualTo(GoProcessor.OWNER);
        assertThat(found.token()).isGreaterThan(lease.token());
        assertThat(session.release(lease))
                .isInstanceOfSatisfying(
                        Outcome.Fenced.class,
                        fenced -> assertThat(fenced.found()).contains(GoProcessor.OWNER));
        assertThat(commit(lease, 11)).isInstanceOf(Outcome.Fenced.class);
        assertThat(session.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(GoProcessor.OWNER));
        assertThat(go.loadOffset()).isEqualTo(9);
    }

    @Test
    void commit_afterGoCommittedBlindly_conflictsOnceAndThenHolds() throws Exception {
        Lease lease = acquire(ORDERS_0).lease();
        commit(lease, 100);

        for (long foreign : new long[] {3, 4_000}) {
            go.commit(foreign);
            assertThat(commit(lease, 101)).isEqualTo(new Outcome.Conflict(Checkpoint.at(foreign + 1)));
            assertThat(go.loadOffset()).isEqualTo(foreign);
            assertThat(commit(lease, 101)).isEqualTo(new Outcome.Applied());
            assertThat(go.loadOffset()).isEqualTo(100);
        }
    }

    @Test
    void commit_afterTheOffsetWasDeletedOrSpoiled_conflictsOnceAndThenHolds() throws Exception {
        Lease lease = acquire(ORDERS_0).lease();
        commit(lease, 100);

        raw.delete(prefix + "/offsets/orders/0");
        assertThat(commit(lease, 101)).isEqualTo(new Outcome.Conflict(null));
        assertThat(commit(lease, 101)).isEqualTo(new Outcome.Applied());
        raw.put(prefix + "/offsets/orders/0", "forty-one");
        assertThat(commit(lease, 102)).isEqualTo(new Outcome.Conflict(null));
        assertThat(commit(lease, 102)).isEqualTo(new Outcome.Applied());
        assertThat(go.loadOffset()).isEqualTo(101);
    }

    @Test
    void acquire_whereTheOffsetMakesNoSense_namesTheKeyInsteadOfStartingOver() throws Exception {
        String key = prefix + "/offsets/orders/0";
        raw.put(key, "forty-one");

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThat(session.acquire(ORDERS_0))
                    .isInstanceOfSatisfying(
                            Acquisition.Unknown.class,
                            unknown -> assertThat(unknown.cause())
                                    .hasMessageContaining(key)
                                    .hasMessageContaining("correct it or delete the key"));
        }
        raw.put(key, "{\"offset\":41}");
        assertThat(acquire(ORDERS_0).checkpoint()).isEqualTo(Checkpoint.at(42));
    }

    @Test
    void heartbeat_findsKeysOfNobodysLayout_passesOverThem() throws Exception {
        raw.put(prefix + "/leases/orders", "?");
        raw.put(prefix + "/leases/orders/one", "?");
        raw.put(prefix + "/leases/orders/01", "?");
        raw.put(prefix + "/leases/orders/9999999999", "?");
        raw.put(prefix + "/leases/orders/1/more", "?");
        raw.put(prefix + "/leases/orders/7", "?");

        assertThat(session.heartbeat().owners().values())
                .extracting(Lease::partition, Lease::memberId)
                .containsExactly(tuple(new TopicPartition("orders", 7), "unnamed"));
    }

    @Test
    void topicWatermark_isTheLowestOfItsPartitions_andSparselyWritten() throws Exception {
        String key = prefix + "/watermarks/orders";
        Lease lease0 = acquire(ORDERS_0).lease();
        Lease lease1 = acquire(ORDERS_1).lease();
        commit(lease0, 42);
        commit(lease1, 7);
        session.heartbeat();
        await().untilAsserted(() -> assertThat(raw.get(key)).startsWith("{\"offset\":6,\"last_timestamp_ms\":1767225"));

        commit(lease1, 60);
        session.heartbeat();
        commit(lease1, 70);
        session.heartbeat();
        session.leave();

        await().untilAsserted(() -> assertThat(raw.get(key)).startsWith("{\"offset\":41,"));
        assertThat(raw.find(key).getVersion()).isEqualTo(2);
    }

    private Acquisition.Acquired acquire(TopicPartition partition) {
        Acquisition acquisition = session.acquire(partition);
        assertThat(acquisition).isInstanceOf(Acquisition.Acquired.class);
        return (Acquisition.Acquired) acquisition;
    }

    private Outcome commit(Lease lease, long nextOffset) {
        Checkpoint checkpoint = new Checkpoint(nextOffset, nextOffset, 1, 1_767_225_600_000L, LossLedger.NONE);
        return session.commit(List.of(new Commit(lease, checkpoint))).get(0);
    }
}
