package io.kafscale.benchmarks;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.testkit.BatchCompression;
import java.util.Arrays;
import java.util.Locale;

/**
 * A whole processor that reads a topic from a {@link SimulatedStore}, with a sink that reads every record and does nothing
 * with it; beside it the same objects fetched by as many threads and nothing else. They take turns in one JVM. Time counts
 * from the first GET to the last record: joining the group and finding the topic are not in it, listing is.
 *
 * <p>Run by {@code make bench ROWS='pipeline.*'}.
 */
enum PipelineRow {
    NONE_4MIB(BatchCompression.NONE, 4 << 20, 12, 24, 16),
    LZ4_4MIB(BatchCompression.LZ4, 4 << 20, 12, 24, 16),
    NONE_4KIB(BatchCompression.NONE, 4 << 10, 12, 500, ProcessorBuilder.DEFAULT_MAX_CONCURRENT_FETCHES),
    LZ4_4KIB(BatchCompression.LZ4, 4 << 10, 12, 500, ProcessorBuilder.DEFAULT_MAX_CONCURRENT_FETCHES),
    TINY_ONE_PARTITION(BatchCompression.NONE, 4 << 10, 1, 8_000, ProcessorBuilder.DEFAULT_MAX_CONCURRENT_FETCHES);

    private static final int ROUNDS = 5;
    private static final double LEAST_RATIO = 0.9;
    private static final double LEAST_OBJECTS_PER_SECOND = 2_000;

    private final BatchCompression compression;
    private final int segmentBytes;
    private final int partitions;
    private final int segments;
    private final int fetches;

    PipelineRow(BatchCompression compression, int segmentBytes, int partitions, int segments, int fetches) {
        this.compression = compression;
        this.segmentBytes = segmentBytes;
        this.partitions = partitions;
        this.segments = segments;
        this.fetches = fetches;
    }

    String label() {
        return "pipeline-"
                + name().toLowerCase(Locale.ROOT)
                        .replace('_', '-')
                        .replace("ib", "iB")
                        .replace("4m", "4M")
                        .replace("4k", "4K");
    }

    /** The best of the rounds that came after the first, of which each has its own ratio; the median of those. */
    PipelineResult measure() {
        SampleTopic topic = SampleTopic.write(partitions, segments, segmentBytes, compression);
        double[] ratios = new double[ROUNDS];
        double[] rates = new double[ROUNDS];
        double[] raw = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
            double rawSeconds = RawGets.seconds(topic.store(), fetches);
            double seconds = seconds(topic);
            if (round >= 0) {
                ratios[round] = rawSeconds / seconds;
                rates[round] = objects() / seconds;
                raw[round] = objects() / rawSeconds;
            }
        }
        double rate = median(rates);
        String details = String.format(
                Locale.ROOT,
                "%.0f objects/s and %.0f MB/s of %d partitions, %d fetches at once; GETs alone %.0f objects/s",
                rate,
                rate * topic.bytes() / objects() / 1e6,
                partitions,
                fetches,
                median(raw));
        return this == TINY_ONE_PARTITION
                ? new PipelineResult(label(), rate, "objects/s", LEAST_OBJECTS_PER_SECOND, true, details)
                : new PipelineResult(label(), median(ratios), "× GETs alone", LEAST_RATIO, true, details);
    }

    private int objects() {
        return partitions * segments;
    }

    private double seconds(SampleTopic topic) {
        CountingSink sink = new CountingSink(topic.records());
        topic.store().resetFirstRead();
        try (Processor processor = ProcessorBuilder.create("benchmark")
                .segments(topic.store(), SampleTopic.NAMESPACE)
                .checkpoints(new InMemoryCheckpointStore())
                .maxConcurrentFetches(fetches)
                .topic(SampleTopic.NAME, sink)
                .build()) {
            processor.start();
            return (sink.awaitEnd() - topic.store().firstReadNanos()) / 1e9;
        }
    }

    private static double median(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
