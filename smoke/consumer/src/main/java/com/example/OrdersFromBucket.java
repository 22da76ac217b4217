package com.example;

import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.s3.S3CheckpointStore;
import io.kafscale.s3.S3ObjectStore;
import software.amazon.awssdk.services.s3.S3Client;

/** The README's program with its offsets in the bucket too: two artifacts are enough. Built, not run: there is no S3 here. */
public final class OrdersFromBucket {
    public static void main(String[] args) throws Exception {
        try (S3Client s3 = S3Client.create();
                Processor processor = ProcessorBuilder.create("orders-to-warehouse")
                        .segments(S3ObjectStore.create(s3, "kafscale-data"), "production")
                        .checkpoints(S3CheckpointStore.create(s3, "kafscale-data"))
                        .topic("orders", batch -> batch.forEach(order -> System.out.println(order.value())))
                        .build()) {
            processor.run();
        }
    }
}
