package io.kafscale.examples;

import io.kafscale.etcd.EtcdCheckpointStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.s3.S3ObjectStore;
import software.amazon.awssdk.services.s3.S3Client;

/** The README's program: orders from a bucket, offsets in etcd. Runs until it is asked to end (SIGTERM, Ctrl-C). */
public final class OrdersToWarehouse {
    public static void main(String[] args) throws Exception {
        try (S3Client s3 = S3Client.create();
                Processor processor = ProcessorBuilder.create("orders-to-warehouse")
                        .segments(S3ObjectStore.create(s3, "kafscale-data"), "production")
                        .checkpoints(EtcdCheckpointStore.connect("http://etcd:2379"))
                        .topic("orders", batch -> batch.forEach(order -> System.out.println(order.value())))
                        .build()) {
            processor.run();
        }
    }
}
