package com.example;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@code GoldenRecords DIRECTORY TOPIC=RECORDS ...}: processes these topics, and fails unless all records came in order. */
public final class GoldenRecords {

    private static final String NAMESPACE = "golden";

    private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();
    private final CountDownLatch missing;

    private GoldenRecords(int records) {
        missing = new CountDownLatch(records);
    }

    public static void main(String[] args) throws Exception {
        ProcessorBuilder builder = ProcessorBuilder.create("smoke")
                .segments(FileObjectStore.open(Path.of(args[0])), NAMESPACE)
                .checkpoints(new InMemoryCheckpointStore());
        int records = 0;
        for (int at = 1; at < args.length; at++) {
            records += Integer.parseInt(args[at].split("=")[1]);
        }
        GoldenRecords golden = new GoldenRecords(records);
        for (int at = 1; at < args.length; at++) {
            builder.topic(args[at].split("=")[0], golden::write);
        }
        try (Processor processor = builder.build()) {
            processor.start();
            if (!golden.missing.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(golden.missing.getCount() + " of " + records
                        + " records did not come within 30 s; " + processor.health());
            }
        }
        System.out.println(records + " records of " + golden.next.size() + " partitions, in order");
    }

    private void write(RecordBatch batch) {
        for (Record record : batch) {
            long expected = next.getOrDefault(batch.topicPartition(), 0L);
            if (record.offset() != expected) {
                throw new IllegalStateException(
                        batch.topicPartition() + ": offset " + record.offset() + " came, not " + expected);
            }
            next.put(batch.topicPartition(), expected + 1);
            missing.countDown();
        }
    }
}
