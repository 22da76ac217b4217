package io.kafscale.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.etcd.EtcdCheckpointStore;
import io.kafscale.testkit.BatchCompression;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.RecordBatchBuilder.Headers;
import io.kafscale.testkit.SegmentWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code bin/kafscale} and the jar it starts, as a process. */
class BinKafscaleIT {

    private static final Path COMMAND = Path.of(System.getProperty("kafscale.command"));
    private static final String GOLDEN = CommandRun.GOLDEN_SEGMENTS.toString();

    @TempDir
    private Path directory;

    @Test
    void dump_ofTheGoldenSet_isWhatKafkasConsumerRead() throws Exception {
        CommandRun run = run("", quoted(COMMAND) + " dump " + quoted(GOLDEN) + " --format jsonl --bytes base64");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        List<JsonNode> dumped =
                run.lines().stream().map(ExpectedLines::ofDumped).toList();
        assertThat(dumped.equals(ExpectedLines.ofTheGoldenSet())).isTrue();
    }

    @Test
    void verify_soundAndDamaged_exitsWithItsCode() throws Exception {
        assertThat(run("", quoted(COMMAND) + " verify " + quoted(GOLDEN)).exitCode())
                .isZero();
        GoldenCopy copy = GoldenCopy.into(directory, "");
        Path damaged = copy.file("edge/0/segment-00000000000000000005.kfs");
        GoldenCopy.flip(damaged, 8_000_001);
        CommandRun run = run("", quoted(COMMAND) + " verify " + quoted(copy.namespace()));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines().get(0)).startsWith("corrupt: " + damaged);
        assertThat(run.err()).as("no progress in a pipe").isEmpty();
    }

    @Test
    void offsets_ofAGroupInEtcd_areReadByTheJar() throws Exception {
        try (EtcdServer etcd = EtcdServer.start();
                EtcdCheckpointStore store = EtcdCheckpointStore.connect(etcd.endpoint())) {
            store.join("warehouse", Duration.ofSeconds(60));
            CommandRun run = run(
                    "",
                    quoted(COMMAND) + " offsets " + quoted(GOLDEN) + " --checkpoints etcd://127.0.0.1:" + etcd.port());
            assertThat(run.err()).isEmpty();
            assertThat(run.lines())
                    .containsExactly(
                            "GROUP      MEMBERS  PARTITIONS  OWNED  LAG", "warehouse        1           0      0    0");
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void link_toTheCommand_isFollowedFromAnyDirectory() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("kafscale"), COMMAND);
        Path second = Files.createSymbolicLink(directory.resolve("second"), link.getFileName());
        CommandRun run = run("", "cd / && " + quoted(second) + " --version");
        assertThat(run.out()).startsWith("kafscale 0.");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void output_readerGone_endsQuietly() throws Exception {
        CommandRun run = run(
                "", "set -o pipefail; " + quoted(COMMAND) + " dump " + quoted(GOLDEN) + " --format jsonl | head -n 1");
        assertThat(run.err()).isEmpty();
        assertThat(run.lines()).hasSize(1);
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void command_notBuilt_saysHowTo() throws Exception {
        Path copy = directory.resolve("bin/kafscale");
        Files.createDirectories(copy.getParent());
        Files.copy(COMMAND, copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        CommandRun run = run("", quoted(copy) + " ls .");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("kafscale: not built yet; run: make -C " + directory.toRealPath() + " cli\n");
    }

    @Test
    void locale_ofPlainC_stillReadsAndWritesUtf8() throws Exception {
        CommandRun run = run("", "LC_ALL=C " + quoted(COMMAND) + " dump " + quoted(GOLDEN) + " --topic edge");
        assertThat(run.out()).contains("ключ");
    }

    @Test
    void verifyAndDump_64MiBSegmentsIn256MiBOfHeap_fit() throws Exception {
        Path partition = directory.resolve("prod/large/0");
        byte[] noise = new byte[1 << 20];
        new Random(7).nextBytes(noise);
        byte[] plain =
                new RecordBatchBuilder().record(null, noise, new Headers()).build();
        byte[] inflating = new RecordBatchBuilder()
                .compression(BatchCompression.GZIP)
                .record(null, new byte[50 << 20], new Headers())
                .build();
        long base = 0;
        for (int i = 0; i < 3; i++) {
            SegmentWriter writer = new SegmentWriter(base, 0).append(inflating);
            while (writer.nextOffset() < base + 64) {
                writer.append(plain);
            }
            writer.finish().writeTo(partition);
            base += 64;
        }
        for (String collector : List.of("", " -XX:+UseG1GC")) {
            String options = "-Xmx256m" + collector;
            CommandRun verified = run(options, quoted(COMMAND) + " verify " + quoted(directory.resolve("prod")));
            assertThat(verified.err()).isEmpty();
            assertThat(verified.exitCode()).isZero();
            assertThat(verified.lines()).anyMatch(line -> line.matches("large-0 +3 +192 .*"));
            CommandRun dumped = run(
                    options,
                    quoted(COMMAND) + " dump " + quoted(directory.resolve("prod")) + " --format text | tail -1");
            assertThat(dumped.err()).isEmpty();
            assertThat(dumped.out()).contains("large-0").contains(" 191 ");
        }
    }

    private CommandRun run(String javaOptions, String script) throws IOException, InterruptedException {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", script)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        bash.environment().put("JAVA_HOME", System.getProperty("java.home"));
        bash.environment().put("JAVA_OPTS", javaOptions);
        Process process = bash.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(script).isTrue();
        return new CommandRun(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }

    private static String quoted(Object path) {
        return "'" + path + "'";
    }
}
