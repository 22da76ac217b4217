package io.kafscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.MariaDbServer;
import io.kafscale.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables that the sink makes, in the databases it is made for. */
class JdbcTableOnServersTest {

    enum Kind {
        POSTGRES,
        MARIADB
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private ConfigFile file(String url, String topic, String bytes) throws IOException {
        return ConfigFile.in(directory, """
                group: tables
                segments: { directory: "%s", namespace: golden }
                offsets: { backend: memory }
                jdbc: { url: "%s" }
                mappings:
                  - topic: %s
                    sink: jdbc.%s_rows
                    create_table_if_missing: true
                    options: { bytes: %s }
                """.formatted(ConfigFile.SEGMENTS, url, topic, topic, bytes));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void recordsOfTextAndOfBytes_areThereOnce_asTheyWere(Kind kind) throws Exception {
        try (AutoCloseable server = kind == Kind.POSTGRES ? PostgresServer.start() : MariaDbServer.start()) {
            String url = server instanceof PostgresServer postgres
                    ? postgres.create("shop")
                    : ((MariaDbServer) server).create("shop");
            try (Connection database = DriverManager.getConnection(url)) {
                ConfigFile text = file(url, "orders", "text");
                for (int run = 0;
                        run < 2;
                        run++) { // offsets in memory begin anew, the position in the database does not
                    try (RunningProcessor running = RunningProcessor.start(text.load())) {
                        for (int partition = 0; partition < 3; partition++) {
                            running.awaitCommit(new TopicPartition("orders", partition), 1000);
                        }
                    }
                }
                assertThat(value(database, "SELECT COUNT(*) FROM orders_rows")).isEqualTo("3000");
                assertThat(value(
                                database,
                                "SELECT record_value FROM orders_rows WHERE partition_no = 0 AND record_offset = 0"))
                        .startsWith("{\"order_id\":100000,");
                TopicPartition edge = new TopicPartition("edge", 0);
                try (RunningProcessor running =
                        RunningProcessor.start(file(url, "edge", "binary").load())) {
                    await().atMost(PATIENCE).until(() -> running.committed(edge) == 15);
                }
                assertThat(value(database, "SELECT COUNT(*) FROM edge_rows")).isEqualTo("15");
                assertThat(value(database, "SELECT COUNT(*) FROM edge_rows WHERE record_value IS NULL"))
                        .isEqualTo("2");
                assertThat(value(database, "SELECT MAX(OCTET_LENGTH(record_value)) FROM edge_rows"))
                        .isEqualTo("5000000");
            }
        }
    }

    private static String value(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
