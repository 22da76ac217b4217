package io.kafscale.torture;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a worker process is told when it is started, as arguments of {@link WorkerMain}.
 *
 * @param name of this process; its files are called after it
 * @param directory where they are
 * @param store where leases and offsets are
 * @param storeAddress as {@link StoreKind#connect} takes it
 * @param segments the endpoint of the S3 server with the segments
 * @param sink where records go
 * @param sinkAddress the JDBC URL of the database with the sink's table, or {@code -} where the sink has none
 * @param traits how it differs from others
 * @param ttl of its leases
 * @param topics what it processes
 */
record WorkerOptions(
        String name,
        Path directory,
        StoreKind store,
        String storeAddress,
        String segments,
        SinkKind sink,
        String sinkAddress,
        Traits traits,
        Duration ttl,
        List<String> topics) {

    WorkerOptions {
        topics = List.copyOf(topics);
    }

    static WorkerOptions parse(String[] arguments) {
        return new WorkerOptions(
                arguments[0],
                Path.of(arguments[1]),
                StoreKind.of(arguments[2]),
                arguments[3],
                arguments[4],
                SinkKind.of(arguments[5]),
                arguments[6],
                Traits.parse(arguments[7]),
                Duration.parse(arguments[8]),
                List.of(arguments).subList(9, arguments.length));
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                name,
                directory.toString(),
                store.toString(),
                storeAddress,
                segments,
                sink.toString(),
                sinkAddress,
                traits.toString(),
                ttl.toString()));
        arguments.addAll(topics);
        return arguments;
    }

    /** Shared by all workers of a run. */
    static Path deadLetters(Path directory) {
        return directory.resolve("dead-letters");
    }

    Path ledger() {
        return directory.resolve(name + ".ledger");
    }

    Path history() {
        return directory.resolve(name + ".history");
    }

    Path log() {
        return directory.resolve(name + ".log");
    }
}
