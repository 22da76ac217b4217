package io.kafscale.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import java.nio.file.Path;
import java.time.Duration;

/** A worker in a JVM of its own: orders from a directory into a database that keeps its checkpoints, too. */
public final class SinkWorkerMain {

    private SinkWorkerMain() {}

    public static void main(String[] args) throws Exception {
        try (HikariDataSource source = TestDatabase.pool(args[0], 6);
                Processor processor = ProcessorBuilder.create("warehouse")
                        .segments(FileObjectStore.open(Path.of(args[1])), "production")
                        .checkpoints(JdbcCheckpointStore.create(source))
                        .leaseTtl(Duration.ofSeconds(1))
                        .commitInterval(Duration.ofMillis(200))
                        .batches(BatchLimits.DEFAULT.withMaxRecords(5))
                        .topic("orders", sink(source))
                        .build()) {
            processor.run();
        }
    }

    private static JdbcSink sink(HikariDataSource source) {
        return JdbcSink.into(source)
                .group("warehouse")
                .insert(
                        "INSERT INTO orders (body) VALUES (?)",
                        (statement, record) ->
                                statement.setString(1, record.value().toUtf8()))
                .build();
    }
}
