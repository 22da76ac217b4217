package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole processor with 1,000 partitions: what it asks of etcd while nothing happens, and while all partitions move. */
@Timeout(180)
class EtcdBudgetTest {

    private static final int PARTITIONS = 1_000;
    private static final int GROUP = 40;
    private static final Duration TTL = Duration.ofSeconds(6);
    private static final Duration HEARTBEAT = TTL.dividedBy(3);
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration WINDOW = Duration.ofSeconds(6);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final InMemoryObjectStore objects = new InMemoryObjectStore();
    private final RequestCounter requests = new RequestCounter();
    private final AtomicLong delivered = new AtomicLong();
    private long nextOffset;

    @Test
    void renewalsAndCommits_of1000Partitions_keepToTheBudget() throws Exception {
        try (EtcdServer etcd = EtcdServer.start();
                RawEtcd raw = new RawEtcd(etcd.endpoint())) {
            writeSegments();
            var client = Client.builder()
                    .endpoints(etcd.endpoint())
                    .maxInboundMessageSize(64 << 20)
                    .interceptors(List.of(requests));
            EtcdClient counted = new EtcdClient(client, "etcd", Duration.ofSeconds(20));
            try (Processor processor = ProcessorBuilder.create("warehouse")
                    .segments(objects, "production")
                    .checkpoints(new EtcdCheckpointStore(counted, null))
                    .leaseTtl(TTL)
                    .commitInterval(COMMIT_INTERVAL)
                    .pollInterval(Duration.ofMillis(300))
                    .topic("orders", batch -> delivered.incrementAndGet())
                    .build()) {
                processor.start();
                awaitCommitted(raw);

                idle(raw);
                busy(raw);
            }
        }
    }

    private void idle(RawEtcd raw) throws Exception {
        long revision = offsets(raw).getHeader().getRevision();
        requests.take();
        long millis = passing(WINDOW, () -> {});
        List<String> asked = requests.take();
        int heartbeats = Collections.frequency(asked, "LeaseKeepAlive");
        System.out.printf("1,000 idle partitions, %d ms: %d renewals, requests %s%n", millis, heartbeats, asked);

        assertThat(heartbeats).isBetween(2, (int) (millis / HEARTBEAT.toMillis()) + 1);
        assertThat(asked).as("one read beside each renewal").hasSizeLessThanOrEqualTo(2 * heartbeats + 1);
        assertThat(offsets(raw).getHeader().getRevision())
                .as("nothing is written")
                .isEqualTo(revision);
    }

    private void busy(RawEtcd raw) throws Exception {
        GetResponse before = offsets(raw);
        requests.take();
        long millis = passing(WINDOW, this::writeSegments);
        awaitCommitted(raw);
        millis += COMMIT_INTERVAL.toMillis();
        GetResponse after = offsets(raw);
        List<String> asked = requests.take();
        int heartbeats = Collections.frequency(asked, "LeaseKeepAlive");
        int commitRequests = Collections.frequency(asked, "Txn") - heartbeats;
        long writes = versions(after) - versions(before);
        long revisions = after.getHeader().getRevision() - before.getHeader().getRevision();
        long rounds = millis / COMMIT_INTERVAL.toMillis() + 2;
        System.out.printf(
                "1,000 busy partitions, %d ms, %d segments: %d renewals, %d commits in %d requests, %d revisions%n",
                millis, delivered.get(), heartbeats, writes, commitRequests, revisions);

        assertThat(writes).isLessThanOrEqualTo(PARTITIONS * rounds);
        assertThat(commitRequests).isLessThanOrEqualTo((int) (writes / GROUP + rounds));
        assertThat(revisions)
                .as("a revision for each request, not for each partition")
                .isLessThanOrEqualTo(commitRequests);
        after.getKvs()
                .forEach(offset -> assertThat(offset.getVersion() - version(before, offset))
                        .as("%s", offset.getKey())
                        .isLessThanOrEqualTo(rounds));
    }

    private interface Action {
        void run() throws Exception;
    }

    /** Does something every half second, and says how many milliseconds went by. */
    private static long passing(Duration window, Action action) {
        long start = System.nanoTime();
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(500))
                .atMost(window.multipliedBy(5))
                .until(() -> {
                    action.run();
                    return System.nanoTime() - start > window.toNanos();
                });
        return (System.nanoTime() - start) / 1_000_000;
    }

    private void awaitCommitted(RawEtcd raw) {
        String processed = "{\"offset\":" + (nextOffset - 1) + ",";
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(300)).until(() -> {
            List<KeyValue> all = offsets(raw).getKvs();
            return all.size() == PARTITIONS
                    && all.stream()
                            .allMatch(offset -> offset.getValue().toString().startsWith(processed));
        });
    }

    private static GetResponse offsets(RawEtcd raw) throws Exception {
        return raw.client
                .getKVClient()
                .get(
                        RawEtcd.bytes("kafscale/warehouse/offsets/"),
                        GetOption.builder().isPrefix(true).build())
                .get();
    }

    private static long versions(GetResponse offsets) {
        return offsets.getKvs().stream().mapToLong(KeyValue::getVersion).sum();
    }

    private static long version(GetResponse offsets, KeyValue of) {
        return offsets.getKvs().stream()
                .filter(offset -> offset.getKey().equals(of.getKey()))
                .mapToLong(KeyValue::getVersion)
                .findAny()
                .orElse(0);
    }

    /** One segment of one record more in each partition. */
    private void writeSegments() {
        WrittenSegment segment = new SegmentWriter(nextOffset, System.currentTimeMillis())
                .append(new RecordBatchBuilder().record(null, "v").build())
                .finish();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            String prefix = "production/orders/" + partition + "/";
            objects.put(prefix + segment.segmentName(), segment.segment());
            objects.put(prefix + segment.indexName(), segment.index());
        }
        nextOffset++;
    }
}
