package io.kafscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {

    @TempDir
    private Path directory;

    @Test
    void ls_theGoldenSet_showsEachPartitionAligned() {
        CommandRun run = CommandRun.of("ls", CommandRun.GOLDEN_SEGMENTS);
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .startsWith(
                        "TOPIC        PARTITION  SEGMENTS  HALVES  FIRST    END       SIZE",
                        "edge                 0         2       0      0     15    4.8 MiB",
                        "java-gzip            0         2       0      0  2,002  248.8 KiB")
                .endsWith("orders               2         3       0      0  1,000  189.3 KiB")
                .hasSize(11);
    }

    @Test
    void ls_partitionWithHalvesAndDamage_isShownAllTheSame() throws IOException {
        GoldenCopy copy = GoldenCopy.into(directory, "orders");
        Files.delete(copy.file("orders/0/segment-00000000000000000000.index"));
        Files.write(copy.file("orders/1/segment-00000000000000000832.kfs"), new byte[100]);
        Files.createDirectories(copy.file("orders/3"));
        CommandRun run = CommandRun.of("ls", copy.namespace());
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .satisfiesExactly(
                        titles -> assertThat(titles).startsWith("TOPIC"),
                        half -> assertThat(half).matches("orders +0 +2 +1 +404 +1,000 .*"),
                        damaged -> assertThat(damaged).matches("orders +1 +3 +0 +0 +\\? .*"),
                        sound -> assertThat(sound).matches("orders +2 +3 +0 +0 +1,000 .*"),
                        empty -> assertThat(empty).matches("orders +3 +0 +0 +- +- +0 B"));
        assertThat(run.err())
                .startsWith("kafscale: warning: " + copy.file("orders/1"))
                .hasLineCount(1);
    }

    @Test
    void ls_file_isThatSegment() {
        CommandRun run =
                CommandRun.of("ls", CommandRun.GOLDEN_SEGMENTS.resolve("orders/1/segment-00000000000000000410.kfs"));
        assertThat(run.lines()).hasSize(2).last().asString().matches("orders +1 +1 +0 +410 +832 .*");
    }
}
