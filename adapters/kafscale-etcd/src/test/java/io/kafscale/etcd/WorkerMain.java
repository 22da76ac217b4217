package io.kafscale.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.Record;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * A worker in a JVM of its own: appends {@code partition,epoch,offset,value} for each record to a ledger, durably, before a
 * write returns, and prints its events.
 */
public final class WorkerMain {

    private WorkerMain() {}

    public static void main(String[] args) throws Exception {
        String endpoint = args[0];
        Path bucket = Path.of(args[1]);
        Path ledger = Path.of(args[2]);
        Duration leaseTtl = Duration.parse(args[3]);
        Duration commitInterval = Duration.parse(args[4]);
        try (FileChannel out = FileChannel.open(ledger, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                Processor processor = ProcessorBuilder.create("warehouse")
                        .segments(FileObjectStore.open(bucket), "production")
                        .checkpoints(EtcdCheckpointStore.connect(endpoint))
                        .leaseTtl(leaseTtl)
                        .commitInterval(commitInterval)
                        .pollInterval(Duration.ofMillis(50))
                        .listener(event -> System.out.println(event.getClass().getSimpleName() + " " + event.message()))
                        .topic("orders", batch -> append(out, batch))
                        .build()) {
            processor.run();
        }
    }

    private static void append(FileChannel out, RecordBatch batch) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Record record : batch) {
            lines.append(batch.topicPartition().partition())
                    .append(',')
                    .append(batch.context().epoch())
                    .append(',')
                    .append(record.offset())
                    .append(',')
                    .append(record.value())
                    .append('\n');
        }
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
        out.force(false);
    }
}
