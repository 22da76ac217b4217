package io.kafscale.torture;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.jdbc.JdbcSink;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Sink;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The database into which workers write with {@link JdbcSink}, and its table. It is the checkpoint store's, if that is a
 * database, or one beside it. The table has no key, so that it would take a record twice.
 */
final class SinkDatabase implements AutoCloseable {

    private static final int CONNECTIONS = 8;

    private static final String TABLE =
            "CREATE TABLE delivered (topic VARCHAR(249) NOT NULL, partition_no INTEGER NOT NULL,"
                    + " record_offset BIGINT NOT NULL, epoch BIGINT NOT NULL, record_key BYTEA, record_value BYTEA)";

    private static final String INSERT =
            "INSERT INTO delivered (topic, partition_no, record_offset, epoch, record_key, record_value) VALUES (?, ?, ?, ?, ?, ?)";

    private static final String ROWS =
            "SELECT topic, partition_no, record_offset, epoch, record_key, record_value FROM delivered";

    private final StoreServer server;
    private final boolean isTheStores;

    private SinkDatabase(StoreServer server, boolean isTheStores) {
        this.server = server;
        this.isTheStores = isTheStores;
    }

    /** The database of a run; null when its sinks need none. */
    static @Nullable SinkDatabase start(TortureOptions options, StoreServer store)
            throws IOException, InterruptedException, SQLException {
        if (options.sink() != SinkKind.JDBC) {
            return null;
        }
        boolean isTheStores = options.store() == StoreKind.JDBC;
        SinkDatabase database = new SinkDatabase(isTheStores ? store : StoreServer.postgres(), isTheStores);
        try (Connection connection = DriverManager.getConnection(database.server.bestAddress());
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
        }
        return database;
    }

    /** Crashes with the store, if it is the store's. */
    boolean isTheStores() {
        return isTheStores;
    }

    StoreServer server() {
        return server;
    }

    /** All rows there are. */
    List<TableCheck.Row> rows() throws SQLException {
        List<TableCheck.Row> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(server.bestAddress());
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(ROWS)) {
            while (found.next()) {
                TopicPartition partition = new TopicPartition(found.getString(1), found.getInt(2));
                long offset = found.getLong(3);
                rows.add(new TableCheck.Row(
                        partition,
                        offset,
                        found.getLong(4),
                        RecordHash.of(partition, offset, found.getBytes(5), found.getBytes(6))));
            }
        }
        return rows;
    }

    /** A worker's sink into the table, closed by its processor with all its connections. */
    static Sink sink(String url, Duration ttl) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(ttl.toMillis());
        config.setValidationTimeout(ttl.dividedBy(3).toMillis());
        // A database that is down when the worker starts is no reason not to start.
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        JdbcSink sink = JdbcSink.into(pool)
                .group(WorkerMain.GROUP)
                .requestTimeout(ttl.dividedBy(2))
                .writer(SinkDatabase::insert)
                .build();
        return new SinkWithPool(sink, pool);
    }

    private static void insert(Connection connection, RecordBatch batch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            for (Record record : batch) {
                statement.setString(1, batch.topicPartition().topic());
                statement.setInt(2, batch.topicPartition().partition());
                statement.setLong(3, record.offset());
                statement.setLong(4, batch.context().epoch());
                statement.setBytes(5, bytes(record.key()));
                statement.setBytes(6, bytes(record.value()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static byte @Nullable [] bytes(@Nullable ByteSlice slice) {
        return slice == null ? null : slice.toBytes();
    }

    @Override
    public void close() throws IOException {
        if (!isTheStores) {
            server.close();
        }
    }
}
