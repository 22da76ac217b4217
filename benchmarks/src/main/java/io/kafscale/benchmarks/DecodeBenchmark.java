package io.kafscale.benchmarks;

import com.sun.management.ThreadMXBean;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.ReadOptions;
import io.kafscale.segment.ReadOptions.Verification;
import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.SegmentReader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.CloseableIterator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One pass over a segment: every record's offset, timestamp, key, value and number of headers goes into a sum, and every
 * header's key and value where the row says so. Beside it Kafka's reader, the streaming iterator with reused buffers and
 * each batch's checksum compared, on the same batches; and the {@linkplain BareWork work that cannot be left out}.
 *
 * <p>The readers take turns of a few passes in one JVM: whatever slows the machine down meets all of them, so that their
 * ratio holds on a busy machine too. {@link Turns} says how long each took.
 *
 * <p>Run by {@code make bench-quick} and {@code make bench}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class DecodeBenchmark {

    private static final ReadOptions BATCHES = ReadOptions.defaults().withVerification(Verification.BATCHES);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** So many that a reader mostly finds the caches as it left them, and so few that the turns are short. */
    private static final int PASSES_PER_TURN = 8;

    @Param("NONE_100B")
    DecodeRow row;

    private String name;
    private byte[] segment;
    private ByteBuffer body;
    private BareWork bare;
    private BufferSupplier buffers;

    /** How long the readers took in all passes of an iteration, and what ours allocated. JMH sets it to 0 before. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Turns {
        /** With the checks that Kafka's reader makes. */
        public long oursNanos;
        /** With all checks, the default: the segment's checksum besides, so every byte is summed up twice. */
        public long oursInFullNanos;
        /** Kafka's reader. */
        public long kafkaNanos;
        /** What cannot be left out: the codec, or the checksum. */
        public long bareNanos;
        /** What the first of them allocated. */
        public long oursBytes;
        /** How many passes each made. */
        public long passes;
    }

    @Setup
    public void makeSegment() {
        SampleSegment sample = SampleSegment.of(row);
        name = sample.name();
        segment = sample.segment();
        body = ByteBuffer.wrap(sample.body());
        bare = new BareWork(row, sample.body());
        buffers = BufferSupplier.create();
    }

    @Benchmark
    public void inTurns(Turns turns, Blackhole consumed) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        turns.oursNanos += passes(() -> ours(BATCHES), consumed);
        turns.oursBytes += THREADS.getCurrentThreadAllocatedBytes() - allocated;
        turns.oursInFullNanos += passes(() -> ours(ReadOptions.defaults()), consumed);
        turns.kafkaNanos += passes(this::kafka, consumed);
        turns.bareNanos += passes(bare::run, consumed);
        turns.passes += PASSES_PER_TURN;
    }

    private static long passes(LongSupplier reader, Blackhole consumed) {
        long start = System.nanoTime();
        for (int i = 0; i < PASSES_PER_TURN; i++) {
            consumed.consume(reader.getAsLong());
        }
        return System.nanoTime() - start;
    }

    private long ours(ReadOptions options) {
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

    private long kafka() {
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
