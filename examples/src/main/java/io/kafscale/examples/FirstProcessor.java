package io.kafscale.examples;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.segment.Record;
import java.nio.file.Path;

/** The least there is to a processor: it reads a directory, keeps its offsets in memory, and prints. Ctrl-C ends it. */
public final class FirstProcessor {
    public static void main(String[] args) throws Exception {
        try (Processor processor = ProcessorBuilder.create("first-steps")
                .segments(FileObjectStore.open(Path.of("golden/segments")), "golden")
                .checkpoints(new InMemoryCheckpointStore())
                .topic("orders", batch -> {
                    for (Record order : batch) {
                        System.out.println(batch.topicPartition() + " " + order.offset() + " " + order.key());
                    }
                })
                .build()) {
            processor.run();
        }
    }
}
