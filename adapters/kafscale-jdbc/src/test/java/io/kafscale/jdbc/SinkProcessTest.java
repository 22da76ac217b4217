package io.kafscale.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.testkit.PostgresServer;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are killed while they write: real processes, a real PostgreSQL, segments in a directory. */
class SinkProcessTest {

    private static final int PARTITIONS = 3;
    private static final int RECORDS = 10_000;
    private static final int KILLS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void killedTenTimesWhileInserting_eachRecordHasExactlyOneRow() throws Exception {
        Path bucket = Files.createDirectories(directory.resolve("bucket"));
        for (int partition = 0; partition < PARTITIONS; partition++) {
            writeSegments(Files.createDirectories(bucket.resolve("production/orders/" + partition)), partition);
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int killedInMidStream = 0;
        try (PostgresServer postgres = PostgresServer.start()) {
            String url = postgres.create("warehouse");
            try (Connection connection = DriverManager.getConnection(url)) {
                // No key that would refuse what is written twice.
                connection.createStatement().executeUpdate("CREATE TABLE orders (body VARCHAR(40) NOT NULL)");
                for (int i = 0; i < KILLS; i++) {
                    long before = count(connection, "*");
                    long further = before + 1 + random.nextInt(1500);
                    Process worker = worker(url, bucket, i);
                    try {
                        await().pollDelay(Duration.ZERO)
                                .pollInterval(Duration.ofMillis(2))
                                .atMost(PATIENCE)
                                .until(() -> count(connection, "*") >= further);
                    } finally {
                        worker.destroyForcibly().waitFor();
                    }
                    killedInMidStream += count(connection, "*") < PARTITIONS * RECORDS ? 1 : 0;
                }
                Process last = worker(url, bucket, KILLS);
                try {
                    await().atMost(PATIENCE).until(() -> count(connection, "*") >= PARTITIONS * RECORDS);
                } finally {
                    last.destroy();
                    last.waitFor();
                }
                assertThat(killedInMidStream).as("seed %d", seed).isEqualTo(KILLS);
                assertThat(count(connection, "*")).as("seed %d", seed).isEqualTo(PARTITIONS * RECORDS);
                assertThat(count(connection, "DISTINCT body"))
                        .as("seed %d", seed)
                        .isEqualTo(PARTITIONS * RECORDS);
            }
        }
    }

    private Process worker(String url, Path bucket, int number) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                SinkWorkerMain.class.getName(),
                url,
                bucket.toString()));
        File output = directory.resolve("worker" + number).toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
    }

    private static void writeSegments(Path partition, int number) throws IOException {
        long offset = 0;
        while (offset < RECORDS) {
            RecordBatchBuilder batch = new RecordBatchBuilder();
            for (int i = 0; i < 1000; i++) {
                batch.record(null, "order " + number + "-" + (offset + i));
            }
            SegmentWriter segment = new SegmentWriter(offset, 1_767_225_600_000L).append(batch.build());
            segment.finish().writeTo(partition);
            offset = segment.nextOffset();
        }
    }

    private static long count(Connection connection, String what) throws SQLException {
        try (ResultSet row = connection.createStatement().executeQuery("SELECT COUNT(" + what + ") FROM orders")) {
            row.next();
            return row.getLong(1);
        }
    }
}
