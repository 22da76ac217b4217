package io.kafscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {

    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("config.yaml"), text);
    }

    private Path local(String offsets) throws IOException {
        return file("""
                group: files
                segments: { directory: "%s", namespace: golden }
                offsets: { backend: %s }
                mappings: [ { topic: orders, sink: stdout } ]
                """.formatted(CommandRun.GOLDEN.resolve("segments"), offsets));
    }

    @Test
    void check_ofASoundFile_saysWhatIsThere() throws IOException {
        CommandRun run = CommandRun.of("run", "--check", "--config", local("memory"));
        assertThat(run.err()).isEmpty();
        assertThat(run.lines())
                .containsExactly(
                        "ok      segments in " + CommandRun.GOLDEN.resolve("segments")
                                + ": 8 topics in namespace \"golden\"",
                        "ok      offsets in memory of this process: group files is not there yet",
                        "ok      sink stdout of orders: nothing to reach");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void check_ofWhatCannotBeReached_hasExitCode2() throws IOException {
        CommandRun run =
                CommandRun.of("run", "--check", "--config", local("etcd }\netcd: { endpoints: \"http://localhost:1\""));
        assertThat(run.lines()).anyMatch(line -> line.startsWith("FAILED  offsets in etcd at http://localhost:1: "));
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void wrongFile_isToldALineEach_alsoWithoutCheck() throws IOException {
        Path file =
                file("grup: files\nmappings: [ { topic: orders, sink: stdout } ]\ns3: { bucket: b, namespace: n }\n");
        CommandRun run = CommandRun.of("run", "--config", file);
        assertThat(run.err()).isEqualTo("kafscale: " + file + ":1:1: grup is not a known key; the nearest is group\n");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void sinkThatIsNotThere_isToldAtItsPlace() throws IOException {
        Path file = file("s3: { bucket: b, namespace: n }\nmappings: [ { topic: orders, sink: iceberg.a.b } ]\n");
        CommandRun run = CommandRun.of("run", "--config", file);
        assertThat(run.err())
                .startsWith("kafscale: " + file + ":2:36: mappings[0].sink names a sink of type \"iceberg\"");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void noConfig_isWrongUsage() {
        CommandRun run = CommandRun.of("run");
        assertThat(run.err()).contains("Missing required option: '--config=FILE'");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void help_namesTheExitCodes() {
        assertThat(CommandRun.of("run", "--help").out())
                .contains("Exit codes:", "  0   it was asked to end", "  1   ", "  2   ", "  3   it ended without");
    }
}
