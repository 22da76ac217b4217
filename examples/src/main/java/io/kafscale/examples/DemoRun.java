package io.kafscale.examples;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One processor from start to end, as a process of its own would run it, and what it did with each partition. */
final class DemoRun implements AutoCloseable {

    /** A partition that has been stuck on one thing for this long will not come loose by itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What was written of a partition. */
    record Progress(long records, long first, long last) {
        Progress plus(Progress later) {
            return new Progress(records + later.records, first, later.last);
        }
    }

    private final JsonLinesSink sink;
    private final Processor processor;
    private final ConcurrentMap<Integer, Progress> progress = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, Long> startedAt = new ConcurrentHashMap<>();
    private final long startNanos = System.nanoTime();

    DemoRun(ObjectStore objects, CheckpointStore checkpoints, Path output) throws IOException {
        sink = JsonLinesSink.open(output);
        processor = ProcessorBuilder.create("demo")
                .segments(objects, OrderBroker.NAMESPACE)
                .checkpoints(checkpoints)
                .topic(OrderBroker.TOPIC, this::write)
                .pollInterval(Duration.ofMillis(200))
                .commitInterval(Duration.ofMillis(200))
                .listener(this::listen)
                .build();
        processor.start();
    }

    private void write(RecordBatch batch) throws IOException {
        sink.write(batch);
        BatchCursor cursor = batch.cursor();
        while (cursor.next()) {
            progress.merge(
                    batch.topicPartition().partition(),
                    new Progress(1, cursor.offset(), cursor.offset()),
                    Progress::plus);
        }
    }

    private void listen(ProcessorEvent event) {
        if (event instanceof ProcessorEvent.Acquired acquired) {
            startedAt.putIfAbsent(acquired.partition().partition(), acquired.nextOffset());
        }
    }

    /**
     * Waits until {@code goal} is reached.
     *
     * @return why it will not be, or null when it was
     */
    @Nullable
    String awaitGoal(BooleanSupplier goal) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long stuckSince = System.nanoTime();
        while (!goal.getAsBoolean()) {
            String obstacle = obstacle();
            long now = System.nanoTime();
            if (obstacle == null) {
                stuckSince = now;
            } else if (now - stuckSince > PATIENCE.toNanos()) {
                return obstacle;
            }
            if (now > deadline) {
                return "no end after " + LIMIT.toSeconds() + " s";
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return null;
    }

    private @Nullable String obstacle() {
        for (Map.Entry<TopicPartition, PartitionHealth> at :
                processor.health().partitions().entrySet()) {
            PartitionHealth health = at.getValue();
            if (health.blockedOn() != null) {
                return at.getKey() + " cannot get past offset " + health.committedOffset() + ": " + health.blockedOn();
            }
        }
        return null;
    }

    /** Whether all up to these offsets was written and committed. */
    boolean hasCommitted(SortedMap<Integer, Long> ends) {
        SortedMap<TopicPartition, PartitionHealth> partitions =
                processor.health().partitions();
        return ends.entrySet().stream().allMatch(end -> {
            PartitionHealth health = partitions.get(new TopicPartition(OrderBroker.TOPIC, end.getKey()));
            return health != null && health.committedOffset() >= end.getValue();
        });
    }

    /** What was written of a partition; null for nothing. */
    @Nullable
    Progress progress(int partition) {
        return progress.get(partition);
    }

    /** The offset at which the processor began with a partition; 0 when it never had it. */
    long startedAt(int partition) {
        return startedAt.getOrDefault(partition, 0L);
    }

    long records() {
        return progress.values().stream().mapToLong(Progress::records).sum();
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Drains: what is being written is finished and committed. */
    @Override
    public void close() {
        processor.close();
        sink.close();
    }
}
