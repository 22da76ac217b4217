package io.kafscale.config;

import com.fasterxml.jackson.core.JsonGenerator;
import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.jdbc.JdbcSink;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.Sink;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Inserts a row for each record, in one transaction with the offset, and makes the table if it may. Nothing is connected to
 * before the first partition is assigned. Thread safe.
 */
final class JdbcTableSink implements Sink {

    /** Nothing of it is written. */
    private static final TopicPartition NO_PARTITION = new TopicPartition("check", 0);

    private final HikariDataSource source;
    private final JdbcTable table;
    private final boolean mayMakeTable;
    private final String group;
    /** One for each partition, since what sets a row's values sees the record alone. */
    private final Map<TopicPartition, JdbcSink> partitions = new ConcurrentHashMap<>();

    private boolean hasTable;

    /** The source is closed with it. */
    JdbcTableSink(HikariDataSource source, JdbcTable table, SinkConfig config) {
        this.source = source;
        this.table = table;
        this.mayMakeTable = config.createTableIfMissing();
        this.group = config.group();
    }

    private JdbcSink rows(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, this::open);
    }

    private JdbcSink open(TopicPartition partition) {
        return JdbcSink.into(source)
                .group(group)
                .insert(table.insert(), (statement, record) -> bind(statement, partition, record))
                .build();
    }

    private void bind(PreparedStatement statement, TopicPartition partition, Record record)
            throws SQLException, IOException {
        statement.setString(1, partition.topic());
        statement.setInt(2, partition.partition());
        statement.setLong(3, record.offset());
        statement.setLong(4, record.timestamp());
        table.bytes().set(statement, 5, record.key());
        table.bytes().set(statement, 6, record.value());
        statement.setString(7, headers(record));
    }

    private static String headers(Record record) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = RecordJson.generator(text)) {
            new RecordJson().writeHeaders(json, record);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable Checkpoint assigned(Assignment assignment) throws IOException {
        JdbcSink rows = rows(assignment.partition());
        makeTable(rows);
        return rows.assigned(assignment);
    }

    @Override
    public boolean keepsPosition() {
        return true;
    }

    @Override
    public void write(RecordBatch batch) throws Exception {
        rows(batch.topicPartition()).write(batch);
    }

    @Override
    public void revoked(TopicPartition partition, Revocation cause) {
        rows(partition).revoked(partition, cause);
    }

    @Override
    public void close() {
        source.close();
    }

    /** Partitions are assigned on many threads, and one of them makes it. */
    private synchronized void makeTable(JdbcSink rows) throws IOException {
        if (hasTable) {
            return;
        }
        try (Connection connection = connect(rows)) {
            if (!isThere(connection)) {
                make(connection);
            }
            hasTable = true;
        } catch (SQLException e) {
            throw new IOException("table " + table.name() + " cannot be looked for: " + e.getMessage(), e);
        }
    }

    private void make(Connection connection) throws SQLException, IOException {
        if (!mayMakeTable) {
            throw missing();
        }
        String ddl = table.ddl(connection.getMetaData().getDatabaseProductName());
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(ddl);
        } catch (SQLException e) {
            // Another worker may have been quicker.
            if (!isThere(connection)) {
                throw new IOException("table " + table.name() + " cannot be made: " + e.getMessage(), e);
            }
        }
    }

    private IOException missing() {
        return new IOException(
                "table " + table.name() + " is not there, or lacks a column; make it as docs/configuration.md"
                        + " says, or say create_table_if_missing: true");
    }

    /** Reaches the database and looks for the table; makes nothing. */
    String check() throws IOException {
        JdbcSink rows = open(NO_PARTITION);
        try (Connection connection = connect(rows)) {
            if (isThere(connection)) {
                return "table " + table.name() + " is there";
            }
        } catch (SQLException e) {
            throw new IOException("table " + table.name() + " cannot be looked for: " + e.getMessage(), e);
        }
        if (mayMakeTable) {
            return "table " + table.name() + " is not there yet, and will be made";
        }
        throw missing();
    }

    /** Without the driver's message, in which the URL can stand, and in that a password. */
    private Connection connect(JdbcSink rows) throws IOException {
        rows.ddl(); // says in words, without secrets, that it cannot be reached
        try {
            return source.getConnection();
        } catch (SQLException e) {
            throw new IOException(
                    "the database of table " + table.name() + " cannot be reached; SQL state " + e.getSQLState());
        }
    }

    private boolean isThere(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery(table.probe()).close();
            return true;
        } catch (SQLException e) {
            if (!connection.isValid(1)) {
                throw e;
            }
            return false;
        }
    }

    @Override
    public String toString() {
        return "table " + table.name();
    }
}
