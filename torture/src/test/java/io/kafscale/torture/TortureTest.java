package io.kafscale.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code make torture} in small: over etcd, always from the same seed. {@code -Dtorture.seed=7} for another. */
class TortureTest {

    private static final Duration FAULTS = Duration.ofSeconds(20);

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void workersOverEtcd_killedStoppedAndCutOff_deliverEverythingInOrderAndNothingStale() throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        TortureOptions options = new TortureOptions(
                StoreKind.ETCD,
                SinkKind.LEDGER,
                Long.getLong("torture.seed", 1),
                FAULTS,
                3,
                List.of("orders", "payments"),
                3,
                Path.of("target", "torture", "test").toAbsolutePath());
        Verdict verdict = new TortureRun(options, out).run();
        Torture.print(verdict, out);
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.faults()).isPositive();
        assertThat(verdict.records()).isPositive();
        assertThat(verdict.due()).isPositive();
        assertThat(verdict.deliveries()).isGreaterThanOrEqualTo(verdict.due());
        assertThat(verdict.calls()).isPositive();
    }
}
