package io.kafscale.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void run_nothingWrong_deliversEachRecordOnceAcrossBothRuns() throws Exception {
        assertThat(run(false, false)).as(printed.toString(UTF_8)).isTrue();
        assertThat(printed.toString(UTF_8)).contains("OK: 3,240 records were put");
        assertThat(Files.readAllLines(directory.resolve("orders.jsonl"))).hasSize(3240);
    }

    @Test
    void run_segmentCorrupt_failsAndNamesTheObject() throws Exception {
        assertThat(run(true, false)).isFalse();
        assertThat(printed.toString(UTF_8))
                .contains("FAILED: orders-1 cannot get past offset 410")
                .contains("demo/orders/1/segment-00000000000000000410.kfs: ")
                .contains("offsets 410 to ");
    }

    @Test
    void run_outputLostBetweenTheRuns_failsAndSaysWhatIsMissing() throws Exception {
        assertThat(run(false, true)).isFalse();
        assertThat(printed.toString(UTF_8))
                .contains("FAILED: the output is not what was put")
                .containsPattern("orders-[012]: [0-9,]+ records are missing, offsets 0 to [0-9]+");
    }

    private boolean run(boolean corrupt, boolean loseOutput) throws Exception {
        Path golden = Path.of(System.getProperty("kafscale.golden"));
        Demo.Options options = new Demo.Options(golden, directory.resolve("orders.jsonl"), corrupt, loseOutput, 12);
        return new Demo(options, new PrintStream(printed, true, UTF_8)).run();
    }
}
