package io.kafscale.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.etcd.EtcdCheckpointStore;
import io.kafscale.jdbc.JdbcCheckpointStore;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the configuration of {@code kafscale run} says need not be said again. */
class OffsetsOfConfigTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    @TempDir
    private Path directory;

    private CommandRun offsets(String file, String... options) throws IOException {
        Path config = Files.writeString(directory.resolve("config.yaml"), file);
        Object[] words = new Object[options.length + 2];
        words[0] = "offsets";
        words[1] = "--config=" + config;
        System.arraycopy(options, 0, words, 2, options.length);
        return CommandRun.of(words);
    }

    /** Its sink is nowhere on the class path. */
    private static String file(String offsets) {
        return """
                group: to-the-lake
                segments: { directory: "%s", namespace: golden }
                mappings: [ { topic: orders, sink: iceberg.prod.orders } ]
                %s
                """.formatted(CommandRun.GOLDEN_SEGMENTS.getParent(), offsets);
    }

    private static void workUpTo(CheckpointStore store, long offset) throws IOException {
        GroupSession worker = store.join("to-the-lake", Duration.ofSeconds(60));
        Lease lease = ((Acquisition.Acquired) worker.acquire(ORDERS)).lease();
        Checkpoint checkpoint = Checkpoint.at(offset).withEpoch(lease.token());
        assertThat(worker.commit(List.of(new Commit(lease, checkpoint)))).containsExactly(new Outcome.Applied());
        assertThat(worker.release(lease)).isEqualTo(new Outcome.Applied());
        worker.leave();
    }

    @Test
    void database_isLookedInto_andThePartitionSentElsewhere() throws IOException {
        String url = "jdbc:h2:file:" + directory.resolve("offsets");
        JdbcDataSource database = new JdbcDataSource();
        database.setURL(url);
        try (JdbcCheckpointStore store = JdbcCheckpointStore.create(database)) {
            workUpTo(store, 404);
        }
        String file = file("offsets: { backend: jdbc }\njdbc: { url: \"" + url + "\" }");
        CommandRun shown = offsets(file);
        assertThat(shown.err()).isEmpty();
        assertThat(shown.lines())
                .containsExactly(
                        "TOPIC   PARTITION  COMMITTED    END  LAG  EPOCH  OWNER",
                        "orders          0        404  1,000  596      1  -");
        assertThat(offsets(file, "--reset=orders:0=700", "--yes").lines()).containsExactly("orders-0: 404 -> 700");
        assertThat(offsets(file).lines()).last().asString().startsWith("orders          0        700");
    }

    @Test
    void etcdWithCertificates_isReached() throws IOException {
        SelfSignedCertificate shown = SelfSignedCertificate.in(directory);
        try (EtcdServer etcd = EtcdServer.startWithTls(shown.certificate(), shown.key())) {
            try (EtcdCheckpointStore store = EtcdCheckpointStore.builder(etcd.endpoint())
                    .trustedCertificates(shown.certificate())
                    .clientCertificate(shown.certificate(), shown.key())
                    .build()) {
                workUpTo(store, 404);
            }
            String file = file("""
                    discovery: { mode: s3 }
                    etcd:
                      endpoints: "%s"
                      trusted_certificates: "%s"
                      client_certificate: "%s"
                      client_key: "%s"
                    """.formatted(etcd.endpoint(), shown.certificate(), shown.certificate(), shown.key()));
            CommandRun run = offsets(file);
            assertThat(run.err()).isEmpty();
            assertThat(run.lines()).last().asString().startsWith("orders          0        404  1,000  596");
        }
    }

    @Test
    void goWorkersOffsets_areShownBeforeAnyWorkerOfOursHasJoined() throws Exception {
        try (EtcdServer etcd = EtcdServer.start();
                Client client = Client.builder().endpoints(etcd.endpoint()).build()) {
            client.getKVClient()
                    .put(
                            bytes("processors/offsets/orders/0"),
                            bytes("{\"offset\":403,\"last_timestamp_ms\":1767225600000,\"updated_at\":1767225600000}"))
                    .get();
            String file = file("etcd: { endpoints: \"" + etcd.endpoint() + "\" }\ndiscovery: { mode: s3 }")
                    .replace("group: to-the-lake\n", "");
            assertThat(offsets(file).lines()).last().asString().startsWith("orders          0        404  1,000  596");
        }
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, UTF_8);
    }

    @Test
    void offsetsInMemory_areNobodyElsesToSee() throws IOException {
        CommandRun run = offsets(file("offsets: { backend: memory }"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("offsets.backend is memory: its offsets end with the worker, and there are none to look at")
                .hasLineCount(1);
    }

    @Test
    void fileThatIsWrong_isToldALineEach() throws IOException {
        CommandRun run = offsets(file("offsets: { backend: etcd, prefix: x }\nhttp: { prot: 1 }"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().lines())
                .hasSize(3)
                .anyMatch(line -> line.contains(":4:27: offsets.prefix is not a known key"))
                .anyMatch(line -> line.contains(":5:9: http.prot is not a known key"));
    }

    @Test
    void placesBesideTheConfig_areRefused() throws IOException {
        for (String place : List.of(
                CommandRun.GOLDEN_SEGMENTS.toString(), "--checkpoints=etcd://etcd:2379", "--region=eu-west-1")) {
            CommandRun run = offsets(file(""), place);
            assertThat(run.exitCode()).as(place).isEqualTo(2);
            assertThat(run.err())
                    .contains("--config says where segments and offsets are")
                    .hasLineCount(1);
        }
    }
}
