package io.kafscale.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/kafscale run} into a table, as {@code examples/config/local-database.yaml} has it. With {@code -Dkafscale.kills=20}
 * it is killed so often; {@code -Dkafscale.seed=7} chooses when.
 */
class DatabaseIT {

    private static final int KILLS = Integer.getInteger("kafscale.kills", 5);
    private static final long SEED = Long.getLong("kafscale.seed", System.nanoTime());
    private static final int ORDERS = 3000;
    private static final Pattern WRITTEN =
            Pattern.compile("kafscale_processor_records_total\\{result=\"written\",topic=\"orders\"} ([0-9.]+)");

    @TempDir
    private Path directory;

    private RunningService start() throws IOException {
        Path example = Path.of(System.getProperty("kafscale.root"), "examples/config/local-database.yaml");
        String config = Files.readString(example).replace("lease_ttl_seconds: 5", "lease_ttl_seconds: 1")
                + "http: { port: 0 }\nprocessor: { batches: { max_records: 3 } }\n";
        return RunningService.start(
                directory,
                config,
                Map.of("DATABASE", directory.resolve("orders").toString()));
    }

    private static double written(RunningService service) throws IOException, InterruptedException {
        Matcher found = WRITTEN.matcher(service.get("/metrics").body());
        return found.find() ? Double.parseDouble(found.group(1)) : 0;
    }

    @Test
    void killedAtRandomAndStartedAgain_everyOrderIsInTheTableOnce() throws Exception {
        Random random = new Random(SEED);
        OrdersTable table = new OrdersTable(directory.resolve("orders"));
        int inTheMiddle = 0;
        int aheadOfOffsets = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            OrdersTable.Progress before = table.progress();
            long share = 2 * (ORDERS - before.rows()) / (KILLS - kill + 2);
            double wanted = random.nextDouble() * share;
            try (RunningService service = start()) {
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(5))
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> written(service) >= wanted);
                service.kill();
            }
            OrdersTable.Progress after = table.progress();
            assertThat(after.rows()).as("rows, as many as their positions say").isEqualTo(after.positions());
            inTheMiddle += after.rows() > before.rows() && after.rows() < ORDERS ? 1 : 0;
            aheadOfOffsets += after.rows() > after.committed() ? 1 : 0;
            System.out.println(
                    "kill " + kill + ": " + after.rows() + " rows, of which offsets know " + after.committed());
        }
        try (RunningService service = start()) {
            for (int partition = 0; partition < 3; partition++) {
                service.awaitMetric(
                        "kafscale_processor_last_offset{partition=\"" + partition + "\",topic=\"orders\"} 999.0");
            }
            assertThat(service.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(service.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(service.terminate()).as(service.log()).isZero();
        }
        System.out.println("seed " + SEED + ", " + KILLS + " kills: " + inTheMiddle + " with orders still to come, "
                + aheadOfOffsets + " with rows that the offsets did not know of");
        assertThat(table.rows()).isEqualTo(OrdersTable.expected());
        assertThat(table.progress()).isEqualTo(new OrdersTable.Progress(ORDERS, ORDERS, ORDERS));
        assertThat(aheadOfOffsets)
                .as("kills between rows and offsets; without any this shows nothing")
                .isPositive();
    }
}
