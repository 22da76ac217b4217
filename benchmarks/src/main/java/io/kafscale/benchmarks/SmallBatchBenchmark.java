package io.kafscale.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.SegmentReader;
import io.kafscale.testkit.BatchCompression;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a batch costs that holds a single record, and what a segment costs that holds a single such batch: a broker that
 * flushes at each produce makes millions of these. An operation is one batch.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class SmallBatchBenchmark {

    private static final int BATCHES = 1_000;

    @Param({"NONE", "LZ4", "ZSTD"})
    BatchCompression compression;

    private byte[] manyBytes;
    private byte[] oneBytes;

    @Setup
    public void makeSegments() {
        byte[] batch = new RecordBatchBuilder()
                .compression(compression)
                .record("customer-1", new String(new byte[1_000], UTF_8))
                .build();
        SegmentWriter writer = new SegmentWriter(0, 0);
        for (int i = 0; i < BATCHES; i++) {
            writer.append(batch);
        }

        manyBytes = writer.finish().segment();
        oneBytes = new SegmentWriter(0, 0).append(batch).finish().segment();
    }

    @Benchmark
    @OperationsPerInvocation(BATCHES)
    public long inOneSegment() {
        return read(manyBytes);
    }

    @Benchmark
    public long eachInItsSegment() {
        return read(oneBytes);
    }

    private long read(byte[] segment) {
        RecordCursor record = SegmentReader.open("small", segment).cursor();
        long sum = 0;
        while (record.next()) {
            sum += record.offset();
        }
        return sum;
    }
}
