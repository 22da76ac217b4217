package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafscale.discovery.TopicCatalog;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The brokers' keys in a real etcd: looked up, watched, and watched again after everything that breaks a watch. */
@Timeout(60)
class EtcdTopicCatalogTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);

    private final EtcdServer etcd = EtcdServer.start();
    private final RawEtcd raw = new RawEtcd(etcd.endpoint());
    private final Heard heard = new Heard();
    private FaultProxy network;
    private EtcdTopicCatalog catalog;

    private static final class Heard implements TopicCatalog.Listener {
        final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
        final List<String> endings = new CopyOnWriteArrayList<>();
        final AtomicInteger beginnings = new AtomicInteger();
        final AtomicInteger changes = new AtomicInteger();

        @Override
        public void began() {
            beginnings.incrementAndGet();
        }

        @Override
        public void ended(String reason) {
            endings.add(reason);
        }

        @Override
        public void advanced(TopicPartition partition, long nextOffset) {
            ends.put(partition, nextOffset);
        }

        @Override
        public void partitionsChanged() {
            changes.incrementAndGet();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        network = FaultProxy.to(etcd.port());
        catalog = EtcdTopicCatalog.builder("http://127.0.0.1:" + network.port())
                .requestTimeout(Duration.ofMillis(1500))
                .build();
    }

    @AfterEach
    void close() {
        catalog.close();
        network.close();
        raw.close();
        etcd.close();
    }

    @Test
    void partitions_areThoseOfTheSnapshot() throws Exception {
        snapshot(BrokerSnapshotTest.SINCE_1_6);
        assertThat(catalog.topics()).containsExactly("orders");
        assertThat(catalog.partitions(List.of("orders", "payments"))).containsExactly(ORDERS_0, ORDERS_1);
        snapshot(BrokerSnapshotTest.BEFORE_1_6);
        assertThat(catalog.partitions(List.of("orders"))).containsExactly(ORDERS_0, ORDERS_1);
    }

    @Test
    void lookup_withoutASnapshot_saysSoAndIsNotEmpty() throws Exception {
        assertThatThrownBy(() -> catalog.partitions(List.of("orders")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("etcd at http://127.0.0.1:" + network.port() + " has no key")
                .hasMessageContaining("/kafscale/metadata/snapshot")
                .hasMessageContaining("the etcd of the KafScale brokers");
        snapshot("orders, payments");
        assertThatThrownBy(() -> catalog.topics())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a snapshot as KafScale brokers write it");
    }

    @Test
    void lookup_withEtcdDead_failsAndNamesIt() {
        etcd.kill();
        assertThatThrownBy(() -> catalog.topics())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be reached while reading the brokers' topics");
    }

    @Test
    void watch_tellsWhatIsThere_andThenEachChangeToItsTopics() throws Exception {
        nextOffset("orders", 0, "5");
        nextOffset("payments", 0, "6");
        catalog.watch(List.of("orders", "returns"), heard);
        await().until(() -> heard.beginnings.get() == 1);
        await().untilAsserted(() -> assertThat(heard.ends).isEqualTo(Map.of(ORDERS_0, 5L)));

        nextOffset("payments", 0, "7");
        nextOffset("orders", 0, "4");
        nextOffset("orders", 1, "many");
        nextOffset("orders", 1, "12");
        raw.put("/kafscale/topics/orders/partitions/1/leader", "0");
        raw.delete("/kafscale/topics/orders/partitions/1/next_offset");
        await().untilAsserted(() -> assertThat(heard.ends).isEqualTo(Map.of(ORDERS_0, 4L, ORDERS_1, 12L)));
        assertThat(heard.changes).hasValue(0);
        snapshot(BrokerSnapshotTest.SINCE_1_6);
        await().until(() -> heard.changes.get() == 1);
        assertThat(heard.endings).isEmpty();
    }

    @Test
    void watch_ofTopicsThatPass_tellsOfThoseThatComeLaterToo() throws Exception {
        nextOffset("payments", 0, "6");
        catalog.watch(topic -> topic.startsWith("o"), heard);
        await().until(() -> heard.beginnings.get() == 1);
        nextOffset("payments", 0, "7");
        nextOffset("orders", 0, "5");
        nextOffset("others", 0, "3");
        await().untilAsserted(() ->
                assertThat(heard.ends).isEqualTo(Map.of(ORDERS_0, 5L, new TopicPartition("others", 0), 3L)));
        assertThatThrownBy(() -> catalog.watch(List.of("orders"), heard)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void watch_begunWhileEtcdIsDown_beginsWhenItIsThere() throws Exception {
        network.cut();
        catalog.watch(List.of("orders"), heard);
        await().until(() -> !heard.endings.isEmpty());
        assertThat(heard.endings.get(0)).contains("127.0.0.1:" + network.port());
        nextOffset("orders", 0, "5");
        network.heal();
        await().untilAsserted(() -> assertThat(heard.ends).containsEntry(ORDERS_0, 5L));
        assertThat(heard.endings).as("told once").hasSize(1);
    }

    @Test
    void watch_afterACompactionOfWhatItMissed_knowsTheLatest() throws Exception {
        catalog.watch(List.of("orders"), heard);
        await().until(() -> heard.beginnings.get() == 1);
        network.cut();
        await().until(() -> !heard.endings.isEmpty());
        for (int offset = 1; offset <= 20; offset++) {
            nextOffset("orders", 0, Integer.toString(offset));
        }
        long revision =
                raw.find("/kafscale/topics/orders/partitions/0/next_offset").getModRevision();
        raw.client.getKVClient().compact(revision).get();
        network.heal();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(heard.ends).containsEntry(ORDERS_0, 20L));
        nextOffset("orders", 0, "21");
        await().untilAsserted(() -> assertThat(heard.ends).containsEntry(ORDERS_0, 21L));
    }

    @Test
    void watch_overARestartOfEtcd_goesOn() throws Exception {
        catalog.watch(List.of("orders"), heard);
        await().until(() -> heard.beginnings.get() == 1);
        etcd.kill();
        await().until(() -> !heard.endings.isEmpty());
        etcd.restart();
        await().atMost(Duration.ofSeconds(20)).until(() -> heard.beginnings.get() == 2);
        nextOffset("orders", 0, "30");
        await().untilAsserted(() -> assertThat(heard.ends).containsEntry(ORDERS_0, 30L));
    }

    @Test
    void close_endsTheWatch() throws Exception {
        catalog.watch(List.of("orders"), heard);
        await().until(() -> heard.beginnings.get() == 1);
        catalog.close();
        nextOffset("orders", 0, "5");
        await().during(Duration.ofMillis(500)).until(heard.ends::isEmpty);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("kafscale-etcd-catalog")));
    }

    private void snapshot(String json) throws Exception {
        raw.put("/kafscale/metadata/snapshot", json);
    }

    private void nextOffset(String topic, int partition, String offset) throws Exception {
        raw.put("/kafscale/topics/" + topic + "/partitions/" + partition + "/next_offset", offset);
    }
}
