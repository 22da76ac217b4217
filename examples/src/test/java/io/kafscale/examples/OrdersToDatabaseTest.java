package io.kafscale.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in a JVM of its own, killed and started again. */
class OrdersToDatabaseTest {

    private static final int ORDERS = 3000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void killedInMidStreamAndStartedAgain_eachOrderIsInTheDatabaseOnce() throws Exception {
        String url = "jdbc:h2:" + directory.resolve("orders") + OrdersToDatabase.H2_OPTIONS;
        Path firstOutput = directory.resolve("first");
        Process first = start(url, firstOutput);
        try {
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .atMost(PATIENCE)
                    .until(() -> deliveries(firstOutput) >= 5);
        } finally {
            first.destroyForcibly().waitFor();
        }
        long afterFirst = count(url, "*");
        assertThat(afterFirst).isBetween(100L, ORDERS - 1L);

        Path secondOutput = directory.resolve("second");
        Process second = start(url, secondOutput);
        try {
            await().atMost(PATIENCE).until(() -> isAtEnd(secondOutput));
        } finally {
            second.destroy();
            second.waitFor();
        }
        assertThat(count(url, "*")).isEqualTo(ORDERS);
        assertThat(count(url, "DISTINCT body")).isEqualTo(ORDERS);
    }

    private static Process start(String url, Path output) throws IOException {
        List<String> command = List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                OrdersToDatabase.class.getName(),
                url,
                Path.of(System.getProperty("kafscale.golden"))
                        .resolve("segments")
                        .toString());
        File file = output.toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(file)
                .start();
    }

    private static long deliveries(Path output) throws IOException {
        return Files.readAllLines(output).stream()
                .filter(line -> line.contains(" delivered: "))
                .count();
    }

    /** Whether the last order of each partition, offset 999, was delivered. */
    private static boolean isAtEnd(Path output) throws IOException {
        return Files.readAllLines(output).stream()
                        .filter(line -> line.contains(" to 999 delivered: "))
                        .count()
                == 3;
    }

    private static long count(String url, String what) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet row = connection.createStatement().executeQuery("SELECT COUNT(" + what + ") FROM orders")) {
            row.next();
            return row.getLong(1);
        }
    }
}
