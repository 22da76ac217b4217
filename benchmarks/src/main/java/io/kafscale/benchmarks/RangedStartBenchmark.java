package io.kafscale.benchmarks;

import io.kafscale.segment.RangeSource;
import io.kafscale.segment.ReadOptions;
import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.SegmentIndex;
import io.kafscale.segment.SegmentReader;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it costs to begin in the midst of a segment of 64 MiB, network aside, and to look an offset up in its index. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class RangedStartBenchmark {

    private static final int RECORDS_PER_BATCH = 100;
    private static final int BATCHES = 640;
    private static final int RECORDS = BATCHES * RECORDS_PER_BATCH;
    private static final int STRIDE = 7919; // a prime, so that offsets come in no order

    private RangeSource source;
    private SegmentIndex index;
    private byte[] indexBytes;
    private long wanted;

    @Setup
    public void makeSegment() {
        SegmentWriter writer = new SegmentWriter(0, 0);
        String value = "v".repeat(1_024);
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (int i = 0; i < RECORDS_PER_BATCH; i++) {
            batch.record("customer-" + i, value);
        }
        byte[] produced = batch.build();
        for (int i = 0; i < BATCHES; i++) {
            writer.append(produced);
        }
        WrittenSegment written = writer.finish();
        source = RangeSource.of(ByteBuffer.wrap(written.segment()));
        indexBytes = written.index();
        index = SegmentIndex.parse(written.indexName(), indexBytes);
    }

    private long nextWanted() {
        wanted = (wanted + STRIDE) % RECORDS;
        return wanted;
    }

    /** Finds an offset among 640 entries. */
    @Benchmark
    public int indexLookup() {
        return index.floor(nextWanted());
    }

    /** Reads and checks an index of 640 entries. */
    @Benchmark
    public int indexParse() {
        return SegmentIndex.parse("index", indexBytes).size();
    }

    /** Opens the segment and reads one record from the middle. */
    @Benchmark
    public long firstRecord() throws IOException {
        SegmentReader segment = SegmentReader.open("segment", source, index, ReadOptions.defaults());
        long from = nextWanted();
        try (RecordCursor record = segment.cursor(from, from + 1)) {
            return record.next() ? record.timestamp() : -1;
        }
    }
}
