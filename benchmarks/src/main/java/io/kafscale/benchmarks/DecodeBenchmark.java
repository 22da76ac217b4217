package io.kafscale.benchmarks;

import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.ReadOptions;
import io.kafscale.segment.ReadOptions.Verification;
import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.SegmentReader;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.CloseableIterator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One pass over a segment: every record's offset, timestamp, key, value and number of headers goes into a sum, and every
 * header's key and value where the row says so. Beside it Kafka's reader, the streaming iterator with reused buffers, on
 * the same batches.
 *
 * <p>Run by {@code make bench-quick} and {@code make bench}. On two cores of an AMD EPYC (JDK 17.0.15): 57 million records a
 * second of the first row, where Kafka's reader reads 12.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class DecodeBenchmark {

    private static final ReadOptions BATCHES = ReadOptions.defaults().withVerification(Verification.BATCHES);

    @Param("NONE_100B")
    DecodeRow row;

    private String name;
    private byte[] segment;
    private ByteBuffer body;
    private BufferSupplier buffers;

    @Setup
    public void makeSegment() {
        SampleSegment sample = SampleSegment.of(row);
        name = sample.name();
        segment = sample.segment();
        body = ByteBuffer.wrap(sample.body());
        buffers = BufferSupplier.create();
    }

    /** With the checks that Kafka's reader makes: each batch's checksum. */
    @Benchmark
    public long ours() {
        return decode(BATCHES);
    }

    /** With the library's default, which takes the segment's checksum besides, so every byte twice. */
    @Benchmark
    public long oursInFull() {
        return decode(ReadOptions.defaults());
    }

    private long decode(ReadOptions options) {
        RecordCursor record = SegmentReader.open(name, segment, options).cursor();
        boolean readsHeaders = row.readsHeaders();
        long sum = 0;
        while (record.next()) {
            sum += record.offset() + record.timestamp();
            sum += length(record.key()) + lastByte(record.value());
            HeaderCursor headers = record.headers();
            sum += headers.count();
            if (readsHeaders) {
                while (headers.next()) {
                    sum += lastByte(headers.keySlice()) + lastByte(headers.value());
                }
            }
        }
        return sum;
    }

    @Benchmark
    public long kafka() {
        boolean readsHeaders = row.readsHeaders();
        long sum = 0;
        for (MutableRecordBatch batch :
                MemoryRecords.readableRecords(body.duplicate()).batches()) {
            batch.ensureValid();
            try (CloseableIterator<Record> records = batch.streamingIterator(buffers)) {
                while (records.hasNext()) {
                    Record record = records.next();
                    sum += record.offset() + record.timestamp();
                    sum += length(record.key()) + lastByte(record.value());
                    Header[] headers = record.headers();
                    sum += headers.length;
                    if (readsHeaders) {
                        for (Header header : headers) {
                            sum += lastByte(header.key()) + lastByte(header.value());
                        }
                    }
                }
            }
        }
        return sum;
    }

    private static int length(@Nullable ByteSlice slice) {
        return slice == null ? -1 : slice.length();
    }

    private static int length(@Nullable ByteBuffer buffer) {
        return buffer == null ? -1 : buffer.remaining();
    }

    private static int lastByte(@Nullable ByteSlice slice) {
        return slice == null || slice.length() == 0 ? -1 : slice.array()[slice.offset() + slice.length() - 1];
    }

    private static int lastByte(@Nullable ByteBuffer buffer) {
        return buffer == null || !buffer.hasRemaining() ? -1 : buffer.get(buffer.limit() - 1);
    }

    private static int lastByte(byte @Nullable [] bytes) {
        return bytes == null || bytes.length == 0 ? -1 : bytes[bytes.length - 1];
    }

    private static int lastByte(String text) {
        return text.isEmpty() ? -1 : text.charAt(text.length() - 1);
    }
}
