package io.kafscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.etcd.EtcdCheckpointStore;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.EtcdServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The golden set, and groups in a real etcd. */
class OffsetsCommandTest {

    private static EtcdServer etcd;
    private static EtcdCheckpointStore store;

    private final String group = "offsets-" + UUID.randomUUID();
    private GroupSession worker;
    private Lease released;
    private Lease held;

    @BeforeAll
    static void start() {
        etcd = EtcdServer.start();
        store = EtcdCheckpointStore.connect(etcd.endpoint());
    }

    @AfterAll
    static void stop() {
        store.close();
        etcd.close();
    }

    @BeforeEach
    void work() throws IOException {
        worker = store.join(group, Duration.ofSeconds(60));
        released = commit(0, 404);
        assertThat(worker.release(released)).isEqualTo(new Outcome.Applied());
        held = commit(1, 1_000);
    }

    @Test
    void offsets_ofAGroup_showsItsPartitionsAligned() {
        CommandRun run = offsets("--group=" + group);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .containsExactly(
                        "TOPIC   PARTITION  COMMITTED    END  LAG  EPOCH  OWNER",
                        "orders          0        404  1,000  596      7  -",
                        "orders          1      1,000  1,000    0      7  " + worker.memberId());
    }

    @Test
    void offsets_ofAllGroups_hasARowForEach() {
        CommandRun run = offsets();
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines().get(0)).matches("GROUP +MEMBERS  PARTITIONS  OWNED +LAG");
        assertThat(run.lines()).anyMatch(line -> line.matches(group + " +1 +2 +1 +596"));
    }

    @Test
    void offsets_asJson_isOneObjectALine() {
        List<JsonNode> lines = offsets("--group=" + group, "--format=jsonl").lines().stream()
                .map(line -> new ObjectMapper().readTree(line))
                .toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).toString())
                .isEqualTo("{\"group\":\"" + group + "\",\"topic\":\"orders\",\"partition\":0,\"committed\":404,"
                        + "\"end\":1000,\"lag\":596,\"epoch\":7,\"owner\":null}");
        assertThat(lines.get(1).get("owner").asString()).isEqualTo(worker.memberId());
        assertThat(offsets("--format=jsonl").lines())
                .contains("{\"group\":\"" + group + "\",\"members\":1,\"partitions\":2,\"owned\":1,\"lag\":596}");
    }

    @Test
    void reset_withoutYes_saysWhatItWouldDoAndDoesNothing() throws IOException {
        CommandRun run = offsets(
                "--group=" + group, "--reset=orders:0=earliest", "--reset=orders:1=500", "--reset=orders:2=latest");
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .containsExactly(
                        "orders-0: would move 404 -> 0",
                        "orders-1: would move 1000 -> 500, but " + worker.memberId() + " holds it",
                        "orders-2: would move nothing -> 1000",
                        "nothing was changed; --yes does it");
        assertThat(position(0).nextOffset()).isEqualTo(404);
    }

    @Test
    void reset_withYes_movesWhatIsFree_andRefusesWhatIsHeld() throws IOException {
        CommandRun run = offsets("--group=" + group, "--reset=orders:1=0", "--reset=orders:0=earliest", "--yes");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("kafscale: orders-1 is held by " + worker.memberId() + " of group \"" + group + "\"; stop")
                .hasLineCount(1);
        assertThat(run.lines()).containsExactly("orders-0: 404 -> 0");
        assertThat(position(0).nextOffset()).isZero();
        assertThat(position(0).epoch()).isGreaterThan(7);
        assertThat(position(0).losses()).isEqualTo(new LossLedger(1, 2, 0, 0));
        assertThat(position(1).nextOffset()).isEqualTo(1_000);

        assertThat(worker.release(held)).isEqualTo(new Outcome.Applied());
        assertThat(offsets("--group=" + group, "--reset=orders:1=2026-01-01T00:00:00Z", "--yes")
                        .exitCode())
                .isZero();
    }

    @Test
    void reset_thatMakesNoSense_isRefusedBeforeAnythingIsDone() {
        assertMisused(
                offsets("--reset=orders:0=earliest"),
                "--reset and --delete-group need --group, or the --config that names one");
        assertMisused(offsets("--group=" + group, "--reset=orders=0"), "not of the form topic:partition=position");
        assertMisused(offsets("--group=" + group, "--reset=orders:0=newest"), "\"newest\" is no position");
        CommandRun outside = offsets("--group=" + group, "--reset=orders:0=1001", "--yes");
        assertThat(outside.exitCode()).isEqualTo(1);
        assertThat(outside.err()).contains("offset 1001 is not in the log of orders-0, which goes from 0 to 1000");
    }

    @Test
    void deleteGroup_inUseIsRefused_atRestIsDone() throws IOException {
        assertThat(offsets("--group=" + group, "--delete-group").lines())
                .containsExactly(
                        "would delete group " + group + " with 2 checkpoints, but it has members: it would be refused",
                        "nothing was changed; --yes does it");
        CommandRun refused = offsets("--group=" + group, "--delete-group", "--yes");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains(group, "close its processors").hasLineCount(1);

        worker.release(held);
        worker.leave();
        CommandRun done = offsets("--group=" + group, "--delete-group", "--yes");
        assertThat(done.lines()).containsExactly("deleted group " + group);
        assertThat(store.groups()).doesNotContain(group);
    }

    @Test
    void group_unknown_isToldWithThoseThereAre() {
        CommandRun run = offsets("--group=warehose");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("kafscale: there is no group \"warehose\" in etcd at " + etcd.endpoint() + "; there are [")
                .contains(group);
    }

    @Test
    void checkpoints_elsewhere_isSaidInOneLine() {
        assertMisused(run("redis://localhost"), "--checkpoints redis://localhost is not known; give it as etcd://");
        assertMisused(run("etcd://localhost"), "is not of the form etcd://host:2379/prefix");
        CommandRun dead = run("etcd://127.0.0.1:1");
        assertThat(dead.exitCode()).isEqualTo(2);
        assertThat(dead.err())
                .startsWith("kafscale: etcd at http://127.0.0.1:1 cannot be reached")
                .hasLineCount(1);
    }

    @Test
    void keyPrefix_ofItsOwn_isReadToo() throws IOException {
        try (EtcdCheckpointStore processors = EtcdCheckpointStore.builder(etcd.endpoint())
                .keyPrefix("processors")
                .build()) {
            processors.join("go", Duration.ofSeconds(60));
            assertThat(run("etcd://127.0.0.1:" + etcd.port() + "/processors").lines())
                    .last()
                    .asString()
                    .matches("go +1 +0 +0 +0");
        }
    }

    @Test
    void places_thatAreNotSaid_areAskedFor() {
        String wanted = "say where the segments are (LOCATION) and where the offsets are (--checkpoints), or give the"
                + " configuration that says both (--config)";
        assertMisused(CommandRun.of("offsets"), wanted);
        assertMisused(CommandRun.of("offsets", CommandRun.GOLDEN_SEGMENTS), wanted);
        assertMisused(CommandRun.of("offsets", "--checkpoints=" + etcd.endpoint()), wanted);
    }

    private Lease commit(int partition, long nextOffset) {
        TopicPartition orders = new TopicPartition("orders", partition);
        Lease lease = ((Acquisition.Acquired) worker.acquire(orders)).lease();
        Checkpoint checkpoint = new Checkpoint(nextOffset, nextOffset, 7, -1, new LossLedger(1, 2, 0, 0));
        assertThat(worker.commit(List.of(new Commit(lease, checkpoint)))).containsExactly(new Outcome.Applied());
        return lease;
    }

    private Checkpoint position(int partition) throws IOException {
        return store.inspect(group).checkpoints().get(new TopicPartition("orders", partition));
    }

    private static CommandRun offsets(String... options) {
        return run("etcd://127.0.0.1:" + etcd.port(), options);
    }

    private static CommandRun run(String checkpoints, String... options) {
        Object[] words = new Object[options.length + 3];
        words[0] = "offsets";
        words[1] = CommandRun.GOLDEN_SEGMENTS;
        words[2] = "--checkpoints=" + checkpoints;
        System.arraycopy(options, 0, words, 3, options.length);
        return CommandRun.of(words);
    }

    private static void assertMisused(CommandRun run, String part) {
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("kafscale: ").contains(part).hasLineCount(1);
    }
}
