package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lost replies, a dead network, and an etcd that stops. */
@Timeout(60)
class EtcdFaultsTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);

    private static EtcdServer etcd;

    private final String group = "faults-" + UUID.randomUUID();
    private final RawEtcd raw = new RawEtcd(etcd.endpoint());
    private FaultProxy network;
    private EtcdCheckpointStore store;
    private GroupSession session;
    private Lease lease;

    @BeforeAll
    static void startEtcd() throws Exception {
        etcd = EtcdServer.start();
        // The first request in a JVM takes longer than those that are to be given up on.
        try (EtcdCheckpointStore store = EtcdCheckpointStore.connect(etcd.endpoint())) {
            store.join("first", Duration.ofSeconds(60));
        }
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @BeforeEach
    void acquire() throws Exception {
        network = FaultProxy.to(etcd.port());
        store = EtcdCheckpointStore.builder("http://127.0.0.1:" + network.port())
                .requestTimeout(Duration.ofMillis(1500))
                .build();
        session = store.join(group, Duration.ofSeconds(60));
        lease = acquired(session).lease();
        assertThat(commit(4)).isEqualTo(new Outcome.Applied());
    }

    @AfterEach
    void close() {
        store.close();
        network.close();
        raw.close();
    }

    @Test
    void commit_whoseReplyWasLost_isFoundApplied() throws Exception {
        network.loseReplies();
        assertThat(commit(5)).isInstanceOf(Outcome.Unknown.class);
        network.heal();
        assertThat(OffsetValue.of(raw.find(offsetKey())).checkpoint()).isEqualTo(at(5));

        awaitConnection();
        assertThat(commit(5)).isEqualTo(new Outcome.Applied());
        assertThat(raw.find(offsetKey()).getVersion())
                .as("it is not written twice")
                .isEqualTo(2);
    }

    @Test
    void commit_afterOneWhoseReplyWasLost_isApplied() throws Exception {
        network.loseReplies();
        assertThat(commit(5)).isInstanceOf(Outcome.Unknown.class);
        network.heal();

        awaitConnection();
        assertThat(commit(6)).isEqualTo(new Outcome.Applied());
        assertThat(OffsetValue.of(raw.find(offsetKey())).checkpoint()).isEqualTo(at(6));
    }

    @Test
    void acquire_whoseReplyWasLost_isAdopted() throws Exception {
        TopicPartition partition = new TopicPartition("orders", 1);
        network.loseReplies();
        assertThat(session.acquire(partition)).isInstanceOf(Acquisition.Unknown.class);
        network.heal();

        awaitConnection();
        long token = raw.find("kafscale/" + group + "/leases/orders/1").getModRevision();
        assertThat(session.acquire(partition))
                .isEqualTo(new Acquisition.Acquired(new Lease(partition, session.memberId(), token), null));
    }

    @Test
    void release_whoseReplyWasLost_isApplied_andLeavesTheNextLease() throws Exception {
        network.loseReplies();
        assertThat(session.release(lease)).isInstanceOf(Outcome.Unknown.class);
        network.heal();
        awaitConnection();
        Lease next = acquired(store.join(group, Duration.ofSeconds(60))).lease();

        assertThat(session.release(lease)).isEqualTo(new Outcome.Applied());
        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(next);
    }

    @Test
    void heartbeat_whoseReplyWasLost_isUnknownAndSaysWhatToDo() throws Exception {
        network.loseReplies();
        assertThatThrownBy(session::heartbeat)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(SessionExpiredException.class)
                .hasMessageContaining("etcd at http://127.0.0.1:" + network.port() + " gave no answer within 1500 ms")
                .hasMessageContaining(session.memberId());
        network.heal();

        awaitConnection();
        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(lease);
    }

    @Test
    void deadNetwork_isGivenUpAfterTheRequestTimeout() {
        network.goDead();
        long start = System.nanoTime();
        assertThat(commit(5))
                .isInstanceOfSatisfying(
                        Outcome.Unknown.class,
                        unknown -> assertThat(unknown.cause()).hasMessageContaining("gave no answer"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        network.heal();

        awaitConnection();
        assertThat(commit(5)).isEqualTo(new Outcome.Applied());
    }

    @Test
    void etcdKilledAndStartedAgain_nothingIsLost() throws Exception {
        assertThat(commit(5)).isEqualTo(new Outcome.Applied());
        etcd.kill();
        try {
            assertThat(commit(6))
                    .isInstanceOfSatisfying(
                            Outcome.Unknown.class,
                            unknown -> assertThat(unknown.cause())
                                    .hasMessageContaining(
                                            "etcd at http://127.0.0.1:" + network.port() + " cannot be reached"));
            assertThatThrownBy(session::heartbeat).isNotInstanceOf(SessionExpiredException.class);
            assertThat(session.acquire(new TopicPartition("orders", 1))).isInstanceOf(Acquisition.Unknown.class);
            assertThat(session.release(new Lease(ORDERS_0, "someone", 1))).isInstanceOf(Outcome.Fenced.class);
        } finally {
            etcd.restart();
        }

        awaitConnection();
        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(lease);
        assertThat(acquired(session)).isEqualTo(new Acquisition.Acquired(lease, at(5)));
        assertThat(commit(6)).isEqualTo(new Outcome.Applied());
    }

    @Test
    void etcdPaused_isAnUnknownOutcomeAndHeals() {
        etcd.pause();
        try {
            assertThat(commit(5)).isInstanceOf(Outcome.Unknown.class);
        } finally {
            etcd.resume();
        }

        await().untilAsserted(() -> assertThat(commit(6)).isEqualTo(new Outcome.Applied()));
    }

    /** Left alone, gRPC would try to connect some 9 s after it lost the connection, and then at 16 s. */
    @Test
    void longOutage_isOverAsSoonAsEtcdIsBack() {
        network.cut();
        long end = System.nanoTime() + Duration.ofSeconds(11).toNanos();
        await().pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    assertThat(commit(5)).isInstanceOf(Outcome.Unknown.class);
                    return System.nanoTime() > end;
                });
        network.heal();

        await().atMost(Duration.ofSeconds(3))
                .untilAsserted(() -> assertThat(commit(5)).isEqualTo(new Outcome.Applied()));
    }

    @Test
    void onChange_survivesLostConnectionsAndACompaction() throws Exception {
        AtomicInteger hints = new AtomicInteger();
        session.onChange(hints::incrementAndGet);
        untilHinted(hints);

        network.cut();
        network.heal();
        awaitConnection();
        untilHinted(hints);

        network.cut();
        raw.put("kafscale/" + group + "/leases/orders/9", "{}");
        long revision = raw.find("kafscale/" + group + "/leases/orders/9").getModRevision();
        raw.put("kafscale/" + group + "/leases/orders/9", "{}");
        raw.client.getKVClient().compact(revision + 1).get();
        network.heal();
        awaitConnection();
        untilHinted(hints);
    }

    /** A watch begins some time after it was asked for, so leases change until a change is noticed. */
    private void untilHinted(AtomicInteger hints) {
        int before = hints.get();
        String key = "kafscale/" + group + "/leases/orders/8";
        await().untilAsserted(() -> {
            raw.put(key, "{\"owner_id\":\"host-1\"}");
            session.heartbeat();
            assertThat(hints.get()).isGreaterThan(before);
        });
    }

    private void awaitConnection() {
        await().ignoreExceptions().until(() -> session.heartbeat() != null);
    }

    private String offsetKey() {
        return "kafscale/" + group + "/offsets/orders/0";
    }

    private Outcome commit(long nextOffset) {
        return session.commit(List.of(new Commit(lease, at(nextOffset)))).get(0);
    }

    private static Checkpoint at(long nextOffset) {
        return Checkpoint.at(nextOffset);
    }

    private static Acquisition.Acquired acquired(GroupSession session) {
        return (Acquisition.Acquired) session.acquire(ORDERS_0);
    }
}
