package io.kafscale.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ObservedProcessorTest {

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void run_printsEventsHealthAndMetrics() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ObservedProcessor.run(
                Path.of(System.getProperty("kafscale.golden"), "segments"),
                new PrintStream(printed, true, StandardCharsets.UTF_8));

        List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines)
                .anyMatch(line -> line.startsWith("event: joined group observed as "))
                .contains("health: live true, ready true")
                .contains("health: orders-0 RUNNING, committed 1000, lag 0")
                .contains("health: orders-1 RUNNING, committed 1000, lag 0")
                .contains("health: orders-2 RUNNING, committed 1000, lag 0")
                .contains("kafscale_processor_live 1.0")
                .contains("kafscale_processor_last_offset{partition=\"2\",topic=\"orders\"} 999.0")
                .contains("kafscale_processor_lag_offsets{partition=\"0\",topic=\"orders\"} 0.0")
                .contains("kafscale_processor_errors_total{stage=\"sink\"} 0.0")
                .contains("kafscale_processor_object_requests_total{kind=\"get\",outcome=\"ok\"} 9.0");
        for (int partition = 0; partition < 3; partition++) {
            String acquired = "event: orders-" + partition + " acquired with epoch ";
            String released = "event: orders-" + partition + " released at offset 1000";
            assertThat(lines).anyMatch(line -> line.startsWith(acquired)).contains(released);
        }
    }
}
