package io.kafscale.examples;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.jdbc.JdbcCheckpointStore;
import io.kafscale.jdbc.JdbcSink;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.segment.Record;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Orders from a directory into a database, each exactly once: kill it whenever you like, start it again, and count. Runs
 * until it is asked to end (SIGTERM, Ctrl-C).
 *
 * <p>Arguments: the database's JDBC URL, H2 in a file unless given, or PostgreSQL's; the directory of segments, the golden
 * ones unless given.
 */
public final class OrdersToDatabase {

    /** H2 writes what is committed at once instead of within half a second, and is not closed while the last is drained. */
    static final String H2_OPTIONS = ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";

    private OrdersToDatabase() {}

    public static void main(String[] args) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(args.length > 0 ? args[0] : "jdbc:h2:./target/orders" + H2_OPTIONS);
        Path segments = Path.of(args.length > 1 ? args[1] : "golden/segments");
        try (HikariDataSource database = new HikariDataSource(config)) {
            makeTable(database);
            JdbcSink orders = JdbcSink.into(database)
                    .group("orders-to-database")
                    .insert("INSERT INTO orders (customer, body) VALUES (?, ?)", OrdersToDatabase::bind)
                    .build();
            try (Processor processor = ProcessorBuilder.create("orders-to-database")
                    .segments(FileObjectStore.open(segments), "golden")
                    .checkpoints(JdbcCheckpointStore.create(database))
                    // Killed and started again, a single worker waits this long for its own lease to end.
                    .leaseTtl(Duration.ofSeconds(3))
                    // Small, so that there is something to interrupt.
                    .batches(BatchLimits.DEFAULT.withMaxRecords(20))
                    .listener(event -> {
                        if (event instanceof DeliveryEvent.Delivered) {
                            System.out.println(event.message());
                        }
                    })
                    .topic("orders", orders)
                    .build()) {
                processor.run();
            }
        }
    }

    /** Without a key that would refuse what comes twice: nothing does. */
    private static void makeTable(HikariDataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE IF NOT EXISTS orders (customer VARCHAR(100), body VARCHAR(10000))");
        }
    }

    private static void bind(PreparedStatement statement, Record order) throws SQLException {
        statement.setString(1, order.key() == null ? null : order.key().toUtf8());
        statement.setString(2, order.value() == null ? null : order.value().toUtf8());
    }
}
