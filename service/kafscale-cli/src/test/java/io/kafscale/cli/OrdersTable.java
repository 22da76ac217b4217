package io.kafscale.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** The table that {@code examples/config/local-database.yaml} fills, in an H2 file that no process has open. */
record OrdersTable(Path database) {

    /**
     * What lies there at one moment.
     *
     * @param positions how many records are before the positions that are written with the rows
     * @param committed how many are before the offsets committed
     */
    record Progress(long rows, long positions, long committed) {}

    private Connection open() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:file:" + database + ";ACCESS_MODE_DATA=r");
    }

    Progress progress() throws SQLException {
        if (!Files.exists(Path.of(database + ".mv.db"))) {
            return new Progress(0, 0, 0);
        }
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            return new Progress(
                    count(statement, "ORDERS", "SELECT COUNT(*) FROM orders"),
                    count(statement, "KAFSCALE_SINK_POSITIONS", "SELECT SUM(next_offset) FROM kafscale_sink_positions"),
                    count(statement, "KAFSCALE_PARTITIONS", "SELECT SUM(next_offset) FROM kafscale_partitions"));
        }
    }

    /** 0 where the table is not there yet. */
    private static long count(Statement statement, String table, String sql) throws SQLException {
        try (ResultSet found = statement.getConnection().getMetaData().getTables(null, "PUBLIC", table, null)) {
            if (!found.next()) {
                return 0;
            }
        }
        try (ResultSet count = statement.executeQuery(sql)) {
            count.next();
            return count.getLong(1);
        }
    }

    /** All rows in their order, as texts that hold every column. */
    List<String> rows() throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT * FROM orders ORDER BY topic, partition_no, record_offset")) {
            while (row.next()) {
                rows.add(String.join(
                        "|",
                        row.getString("topic"),
                        row.getString("partition_no"),
                        row.getString("record_offset"),
                        row.getString("record_timestamp"),
                        row.getString("record_key"),
                        row.getString("record_value"),
                        row.getString("record_headers")));
            }
        }
        return rows;
    }

    /** The same of the golden orders, as Kafka's own consumer read them. */
    static List<String> expected() throws IOException {
        return ExpectedLines.ofTheGoldenSet().stream()
                .filter(line -> line.get("topic").asString().equals("orders"))
                .map(OrdersTable::expected)
                .toList();
    }

    private static String expected(JsonNode line) {
        List<String> headers = StreamSupport.stream(line.get("headers").spliterator(), false)
                .map(header -> "[\"" + header.get(0).asString() + "\",\"" + text(header.get(1)) + "\"]")
                .toList();
        return String.join(
                "|",
                "orders",
                line.get("partition").asString(),
                line.get("offset").asString(),
                line.get("timestamp").asString(),
                text(line.get("key")),
                text(line.get("value")),
                "[" + String.join(",", headers) + "]");
    }

    private static String text(JsonNode base64) {
        return new String(base64.binaryValue(), UTF_8);
    }
}
