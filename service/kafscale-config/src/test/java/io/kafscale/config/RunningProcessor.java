package io.kafscale.config;

import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.Sink;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A processor that runs as a file says, or over the golden orders. */
final class RunningProcessor implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final @Nullable OpenedConfig opened;
    private final Processor processor;

    private RunningProcessor(@Nullable OpenedConfig opened, Processor processor) {
        this.opened = opened;
        this.processor = processor;
    }

    static RunningProcessor start(KafscaleConfig config) throws IOException {
        OpenedConfig opened = config.open();
        Processor processor = opened.builder().build();
        processor.start();
        return new RunningProcessor(opened, processor);
    }

    /** In batches of at most half a partition, however much of it was read ahead. */
    static RunningProcessor ofOrders(Sink sink) throws IOException {
        Processor processor = ProcessorBuilder.create("orders")
                .segments(FileObjectStore.open(Path.of(ConfigFile.SEGMENTS)), "golden")
                .checkpoints(new InMemoryCheckpointStore())
                .batches(BatchLimits.DEFAULT.withMaxRecords(500))
                .topic("orders", sink)
                .build();
        processor.start();
        return new RunningProcessor(null, processor);
    }

    /** Waits until so many of the partition's records are confirmed and committed. */
    void awaitCommit(TopicPartition partition, long nextOffset) {
        await().atMost(LIMIT).until(() -> committed(partition) == nextOffset);
    }

    long committed(TopicPartition partition) {
        PartitionHealth health = health(partition);
        return health == null ? -1 : health.committedOffset();
    }

    /** What keeps failing, or null. */
    @Nullable
    String blockedOn(TopicPartition partition) {
        PartitionHealth health = health(partition);
        return health == null ? null : health.blockedOn();
    }

    private @Nullable PartitionHealth health(TopicPartition partition) {
        return processor.health().partitions().get(partition);
    }

    @Override
    public void close() {
        processor.close();
        if (opened != null) {
            opened.close();
        }
    }
}
