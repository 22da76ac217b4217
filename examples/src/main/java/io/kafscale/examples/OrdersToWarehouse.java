package io.kafscale.examples;

import io.kafscale.etcd.EtcdCheckpointStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.RecordBatch;
import io.kafscale.s3.S3ObjectStore;
import io.kafscale.segment.Record;
import software.amazon.awssdk.services.s3.S3Client;

/** The README's program: orders from a bucket into a warehouse, offsets in etcd. */
public final class OrdersToWarehouse {
    private OrdersToWarehouse() {}

    /** Runs until it is asked to end (SIGTERM, Ctrl-C). */
    public static void main(String[] args) throws Exception {
        try (S3Client s3 = S3Client.create();
                Processor processor = ProcessorBuilder.create("orders-to-warehouse")
                        .segments(S3ObjectStore.create(s3, "kafscale-data"), "production")
                        .checkpoints(EtcdCheckpointStore.connect("http://etcd:2379"))
                        .topic("orders", OrdersToWarehouse::insert)
                        .build()) {
            processor.run();
        }
    }

    private static void insert(RecordBatch batch) {
        for (Record record : batch) {
            System.out.println("INSERT " + record.key() + " " + record.value());
        }
    }
}
