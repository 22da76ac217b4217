package io.kafscale.benchmarks;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.TopicCatalog;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long it takes from the end of a segment's upload until its records are at the sink, when a catalog in this process
 * tells of it at once. The store takes 20 ms a request; etcd's own way is not in it.
 */
final class LatencyRow {

    static final String LABEL = "pipeline-latency-in-process-catalog";

    private static final TopicPartition PARTITION = new TopicPartition(SampleTopic.NAME, 0);
    private static final int SEGMENTS = 300;
    private static final int WARMUP = 50;
    private static final int RECORDS = 5;

    private LatencyRow() {}

    /** Tells of everything at once. */
    private static final class InProcessCatalog implements TopicCatalog {
        private volatile @Nullable Listener listener;

        @Override
        public SortedSet<String> topics() {
            return new TreeSet<>(Set.of(SampleTopic.NAME));
        }

        @Override
        public SortedSet<TopicPartition> partitions(Collection<String> topics) {
            return new TreeSet<>(Set.of(PARTITION));
        }

        @Override
        public void watch(Collection<String> topics, Listener listener) {
            this.listener = listener;
            listener.began();
        }

        void advanced(long nextOffset) {
            Objects.requireNonNull(listener).advanced(PARTITION, nextOffset);
        }

        @Override
        public String describe() {
            return "in process";
        }
    }

    static PipelineResult measure() {
        SimulatedStore store = new SimulatedStore();
        InProcessCatalog catalog = new InProcessCatalog();
        Semaphore delivered = new Semaphore(0);
        double[] millis = new double[SEGMENTS];
        long nextOffset = write(store, 0);
        try (Processor processor = ProcessorBuilder.create("benchmark")
                .segments(store, SampleTopic.NAMESPACE)
                .checkpoints(new InMemoryCheckpointStore())
                .catalog(catalog)
                .pollInterval(Duration.ofSeconds(60))
                .topic(SampleTopic.NAME, batch -> delivered.release())
                .build()) {
            processor.start();
            acquire(delivered);
            for (int i = -WARMUP; i < SEGMENTS; i++) {
                nextOffset = write(store, nextOffset);
                long written = System.nanoTime();
                catalog.advanced(nextOffset);
                acquire(delivered);
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - written) / 1e6;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Arrays.sort(millis);
        String details = String.format(
                Locale.ROOT,
                "median; 99th percentile %.1f ms, most %.1f ms; 20 ms a request",
                millis[SEGMENTS * 99 / 100],
                millis[SEGMENTS - 1]);
        return new PipelineResult(LABEL, millis[SEGMENTS / 2], "ms", Double.NaN, false, details);
    }

    private static void acquire(Semaphore delivered) throws InterruptedException {
        if (!delivered.tryAcquire(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("a segment was not delivered within a minute");
        }
    }

    private static long write(SimulatedStore store, long baseOffset) {
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (int i = 0; i < RECORDS; i++) {
            batch.record("key " + i, "value " + i);
        }
        WrittenSegment segment =
                new SegmentWriter(baseOffset, 0).append(batch.build()).finish();
        SampleTopic.put(store, PARTITION, baseOffset, segment.segment(), segment.index());
        return segment.nextOffset();
    }
}
