package io.kafscale.benchmarks;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.Sink;
import io.kafscale.testkit.BatchCompression;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * How much of the heap a processor takes that owns 1,000 partitions and whose sink is slow: what is used after a
 * collection, most of several looks, above what was used before the processor was built.
 */
final class HeapRow {

    static final String LABEL = "pipeline-heap-1000-partitions";

    private static final int PARTITIONS = 1_000;
    private static final int SEGMENTS = 20;
    private static final int SEGMENT_BYTES = 1 << 20;
    private static final long BUDGET = 64 << 20;
    private static final long ALLOWANCE = 64 << 20;
    private static final int LOOKS = 10;
    private static final int MOST_ATTEMPTS = 20;
    private static final int BATCHES_BEFORE = 200;
    private static final long SINK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private HeapRow() {}

    static PipelineResult measure() {
        SampleTopic topic = SampleTopic.write(PARTITIONS, SEGMENTS, SEGMENT_BYTES, BatchCompression.NONE);
        long before = usedAfterCollection();
        long most = 0;
        long buffered = 0;
        AtomicInteger delivered = new AtomicInteger();
        CountDownLatch busy = new CountDownLatch(BATCHES_BEFORE);
        Sink slow = batch -> {
            for (var record = batch.cursor(); record.next(); ) {
                delivered.incrementAndGet();
            }
            busy.countDown();
            LockSupport.parkNanos(SINK_NANOS);
        };
        try (Processor processor = ProcessorBuilder.create("benchmark")
                .segments(topic.store(), SampleTopic.NAMESPACE)
                .checkpoints(new InMemoryCheckpointStore())
                .maxBufferedBytes(BUDGET)
                .topic(SampleTopic.NAME, slow)
                .build()) {
            processor.start();
            if (!busy.await(2, TimeUnit.MINUTES)) {
                throw new IllegalStateException("nothing is delivered");
            }
            for (int i = 0; i < LOOKS; i++) {
                most = Math.max(most, usedAfterCollection() - before);
                buffered = Math.max(buffered, processor.health().bufferedBytes());
                LockSupport.parkNanos(SINK_NANOS);
            }
            int owned = processor.health().partitions().size();
            if (owned != PARTITIONS) {
                throw new IllegalStateException(owned + " partitions are owned instead of " + PARTITIONS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        String details = String.format(
                Locale.ROOT,
                "segments of 1 MiB; budget %.0f MiB, of which at most %.0f were buffered",
                mebibytes(BUDGET),
                mebibytes(buffered));
        double limit = mebibytes(BUDGET + SEGMENT_BYTES + ALLOWANCE);
        return new PipelineResult(LABEL, mebibytes(most), "MiB", limit, false, details);
    }

    /** A collection may be skipped while native code holds an array, such as a codec's; then another one is asked for. */
    private static long usedAfterCollection() {
        long before = collections();
        for (int i = 0; i < MOST_ATTEMPTS && collections() == before; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> collector.getName().contains("Old"))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private static double mebibytes(long bytes) {
        return bytes / (double) (1 << 20);
    }
}
