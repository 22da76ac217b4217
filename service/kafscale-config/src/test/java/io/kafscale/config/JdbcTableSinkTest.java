package io.kafscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcTableSinkTest {

    private static final String URL = "jdbc:h2:mem:table";

    @TempDir
    private Path directory;

    /** Keeps what is in memory until it is closed. */
    private Connection database;

    @BeforeEach
    void open() throws SQLException {
        database = DriverManager.getConnection(URL);
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    private ConfigFile file(String mapping) throws IOException {
        return ConfigFile.in(directory, """
                group: tables
                segments: { directory: "%s", namespace: golden }
                offsets: { backend: memory }
                jdbc: { url: "%s" }
                mappings:
                  - %s
                """.formatted(ConfigFile.SEGMENTS, URL, mapping));
    }

    private String value(String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private List<String> check(ConfigFile file) throws IOException {
        try (OpenedConfig opened = file.load().open()) {
            return opened.check().stream()
                    .map(Reached::toString)
                    .filter(line -> line.contains("jdbc"))
                    .toList();
        }
    }

    @Test
    void table_thatIsMissing_isMadeWhereItMay_andHasEveryRecordOnce() throws Exception {
        ConfigFile file = file("{ topic: orders, sink: jdbc.public.orders, create_table_if_missing: true }");
        assertThat(check(file))
                .containsExactly(
                        "ok      sink jdbc.public.orders of orders: table public.orders is not there yet, and will"
                                + " be made");
        for (int run = 0; run < 2; run++) { // offsets in memory begin anew, the position in the database does not
            try (RunningProcessor running = RunningProcessor.start(file.load())) {
                for (int partition = 0; partition < 3; partition++) {
                    running.awaitCommit(new TopicPartition("orders", partition), 1000);
                }
            }
            assertThat(value("SELECT COUNT(*) FROM orders")).isEqualTo("3000");
        }
        assertThat(value("SELECT record_value FROM orders WHERE partition_no = 0 AND record_offset = 0"))
                .startsWith("{\"order_id\":100000,");
        assertThat(value("SELECT record_headers FROM orders WHERE partition_no = 0 AND record_offset = 0"))
                .startsWith("[[\"source\",\"shop\"],[");
        assertThat(check(file))
                .containsExactly("ok      sink jdbc.public.orders of orders: table public.orders is there");
    }

    @Test
    void bytesThatAreNoText_areARefusedRecord_orBinary() throws Exception {
        ConfigFile text = file("{ topic: edge, sink: jdbc.edge_text, create_table_if_missing: true }");
        TopicPartition edge = new TopicPartition("edge", 0);
        try (RunningProcessor running = RunningProcessor.start(text.load())) {
            await().atMost(Duration.ofSeconds(30)).until(() -> running.blockedOn(edge) != null);
        }
        ConfigFile binary = file(
                "{ topic: edge, sink: jdbc.edge_binary, create_table_if_missing: true, options: { bytes: binary } }");
        database.createStatement().execute("DELETE FROM kafscale_sink_positions");
        try (RunningProcessor running = RunningProcessor.start(binary.load())) {
            await().atMost(Duration.ofSeconds(30)).until(() -> running.committed(edge) > 0);
        }
        assertThat(Integer.parseInt(value("SELECT COUNT(*) FROM edge_binary"))).isPositive();
    }

    @Test
    void table_thatIsMissing_isToldWhereItMayNotBeMade() throws Exception {
        ConfigFile file = file("{ topic: orders, sink: jdbc.absent }");
        assertThat(check(file))
                .containsExactly(
                        "FAILED  sink jdbc.absent of orders: table absent is not there, or lacks a column; make it"
                                + " as docs/configuration.md says, or say create_table_if_missing: true");
        try (RunningProcessor running = RunningProcessor.start(file.load())) {
            TopicPartition orders = new TopicPartition("orders", 0);
            await().atMost(Duration.ofSeconds(30)).until(() -> running.blockedOn(orders) != null);
            assertThat(running.blockedOn(orders)).contains("table absent is not there");
        }
    }

    @Test
    void database_thatCannotBeReached_isToldWithoutItsPassword() throws Exception {
        ConfigFile file =
                file("{ topic: orders, sink: jdbc.orders, options: { url: \"jdbc:h2:tcp://localhost:1/x\", user: me,"
                        + " password: s3cret } }");
        assertThat(check(file)).hasSize(1).allMatch(line -> line.startsWith("FAILED  sink jdbc.orders of orders: "));
        assertThat(check(file)).noneMatch(line -> line.contains("s3cret"));
    }

    @Test
    void whatIsNoTable_orHasNoDatabase_isToldAtItsPlace() throws IOException {
        String problem =
                "\" is no name of a table: it takes up to 63 of a-z, A-Z, 0-9 and '_', no digit first; before it a"
                        + " schema's name of the same kind and a dot may stand";
        for (String name : List.of("orders;DROP", "a.b.c", "1st", "o'rders", "orders--", "")) {
            String sink = "jdbc." + name;
            assertThat(file("{ topic: orders, sink: \"" + sink + "\" }").problemsAtOpening())
                    .containsExactly("6:28: " + (name.isEmpty() ? "jdbc" : sink) + ": \"" + name + problem);
        }
        assertThat(file("{ topic: orders, sink: jdbc.orders, options: { user: me } }")
                        .problemsAtOpening())
                .containsExactly(
                        "6:28: jdbc.orders: user and password belong to a url, which is not said; say it, too, or"
                                + " leave them out");
    }
}
