package com.example;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.etcd.EtcdCheckpointStore;
import io.kafscale.jdbc.JdbcCheckpointStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.s3.S3ObjectStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code ModularRecords DIRECTORY TOPIC RECORDS ...}: processes the topics one after another, from module to module. */
public final class ModularRecords {
    public static void main(String[] args) throws Exception {
        for (Class<?> type : List.of(
                Processor.class, S3ObjectStore.class, EtcdCheckpointStore.class, JdbcCheckpointStore.class)) {
            if (!type.getModule().isNamed()) {
                throw new IllegalStateException(type + " is on the class path");
            }
        }
        // Clients are made from the classes of many modules; they connect only when they are used.
        EtcdCheckpointStore.connect("http://localhost:1").close();
        S3Client.builder().region(Region.EU_CENTRAL_1).build().close();
        for (int at = 1; at < args.length; at += 2) {
            process(Path.of(args[0]), args[at], Integer.parseInt(args[at + 1]));
        }
    }

    private static void process(Path directory, String topic, int records) throws Exception {
        CountDownLatch missing = new CountDownLatch(records);
        try (Processor processor = ProcessorBuilder.create("smoke")
                .segments(FileObjectStore.open(directory), "golden")
                .checkpoints(new InMemoryCheckpointStore())
                .topic(topic, batch -> batch.forEach(record -> missing.countDown()))
                .build()) {
            processor.start();
            if (!missing.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(missing.getCount() + " records of " + topic
                        + " did not come within 30 s; " + processor.health());
            }
        }
        System.out.println(topic + ": " + records + " records, on the module path");
    }
}
