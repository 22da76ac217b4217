package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.EtcdServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Joining and leaving, and what is said when that cannot be. */
@Timeout(60)
class EtcdConnectionTest {

    private static final Duration TTL = Duration.ofSeconds(30);

    private static EtcdServer etcd;
    private static RawEtcd raw;

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

    @Test
    void join_atAnotherGroupsPrefix_namesBothGroups() throws Exception {
        try (EtcdCheckpointStore store =
                EtcdCheckpointStore.builder(etcd.endpoint()).keyPrefix("shared").build()) {
            store.join("warehouse", TTL);
            store.join("warehouse", TTL);

            assertThatThrownBy(() -> store.join("billing", TTL))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("\"billing\" cannot join at prefix shared in etcd at " + etcd.endpoint())
                    .hasMessageContaining("group \"warehouse\" lives there");
        }
    }

    @Test
    void join_showsTheMember_andLeavingRemovesIt() throws Exception {
        try (EtcdCheckpointStore store = EtcdCheckpointStore.connect(etcd.endpoint())) {
            GroupSession session = store.join("members", TTL);
            GroupSession holding = store.join("members", TTL);
            holding.acquire(new TopicPartition("orders", 0));
            assertThat(raw.get("kafscale/members/group")).isEqualTo("members");
            assertThat(raw.keysUnder("kafscale/members/members/"))
                    .containsExactlyInAnyOrder(
                            "kafscale/members/members/" + session.memberId(),
                            "kafscale/members/members/" + holding.memberId());

            session.leave();
            holding.leave();

            assertThat(raw.keysUnder("kafscale/members/"))
                    .containsExactlyInAnyOrder("kafscale/members/group", "kafscale/members/leases/orders/0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b"})
    void join_underAnImpossibleName_isRefused(String group) {
        try (EtcdCheckpointStore store = EtcdCheckpointStore.connect(etcd.endpoint())) {
            assertThatThrownBy(() -> store.join(group, TTL))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"" + group + "\" cannot name a group");
        }
    }

    @Test
    void join_withNothingListening_failsAtOnceAndNamesTheEndpoint() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (EtcdCheckpointStore store = EtcdCheckpointStore.connect("http://127.0.0.1:" + port)) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> store.join("g", TTL))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("etcd at http://127.0.0.1:" + port + " cannot be reached while joining")
                    .hasMessageContaining("Connection refused")
                    .hasMessageContaining("check the endpoint");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void join_atAHostThatDoesNotExist_namesIt() {
        try (EtcdCheckpointStore store = EtcdCheckpointStore.connect("http://no-such-host.invalid:2379")) {
            assertThatThrownBy(() -> store.join("g", TTL))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no-such-host.invalid");
        }
    }

    @Test
    void join_withOneOfTwoEndpointsDown_succeeds() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (EtcdCheckpointStore store = EtcdCheckpointStore.connect("http://127.0.0.1:" + port, etcd.endpoint())) {
            for (int i = 0; i < 10; i++) {
                assertThat(store.join("two-endpoints", TTL).heartbeat().owners())
                        .isEmpty();
            }
        }
    }

    @Test
    void join_withUserAndPassword_worksAndNeverTellsThePassword() throws Exception {
        try (EtcdServer guarded = EtcdServer.start();
                RawEtcd admin = new RawEtcd(guarded.endpoint())) {
            var auth = admin.client.getAuthClient();
            auth.userAdd(RawEtcd.bytes("root"), RawEtcd.bytes("s3cret")).get();
            auth.roleAdd(RawEtcd.bytes("root")).get();
            auth.userGrantRole(RawEtcd.bytes("root"), RawEtcd.bytes("root")).get();
            auth.authEnable().get();

            try (EtcdCheckpointStore store = EtcdCheckpointStore.builder(guarded.endpoint())
                    .user("root", "s3cret")
                    .build()) {
                GroupSession session = store.join("g", TTL);
                assertThat(session.acquire(new TopicPartition("orders", 0))).isInstanceOf(Acquisition.Acquired.class);
                assertThat(session.heartbeat().owners()).hasSize(1);
                assertThat(store.toString()).isEqualTo("etcd at " + guarded.endpoint());
            }
            try (EtcdCheckpointStore store = EtcdCheckpointStore.builder(guarded.endpoint())
                    .user("root", "hunter2")
                    .build()) {
                assertThatThrownBy(() -> store.join("g", TTL))
                        .hasMessageContaining("etcd at " + guarded.endpoint() + " refused access")
                        .hasMessageContaining("check the user")
                        .hasMessageNotContaining("hunter2");
            }
            try (EtcdCheckpointStore store = EtcdCheckpointStore.connect(guarded.endpoint())) {
                assertThatThrownBy(() -> store.join("g", TTL))
                        .hasMessageContaining("etcd at " + guarded.endpoint() + " refused access");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etcd:2379",
                "http://etcd",
                "ftp://etcd:2379",
                "http://root:s3cret@etcd:2379",
                "http://ro ot:s3cret@e:1",
                ""
            })
    void builder_ofWhatIsNoEndpoint_saysWhatOneIs_withoutRepeatingIt(String endpoint) {
        assertThatThrownBy(() -> EtcdCheckpointStore.builder(endpoint))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://host:2379")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/processors", "processors/"})
    void keyPrefix_thatIsNone_isRefused(String prefix) {
        assertThatThrownBy(() -> EtcdCheckpointStore.builder("http://etcd:2379").keyPrefix(prefix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + prefix + "\" is no key prefix");
    }
}
