package io.kafscale.segment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.kafscale.segment.ReadOptions.Verification;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** What must hold whatever bytes are read as a segment. */
final class HostileBytes {

    static final int MAX_INFLATED_BYTES = 1 << 18;

    /** Growing a buffer to the limit takes less than three times the limit, and exceptions take some. */
    private static final long MAX_ALLOCATED_BYTES = 4 * MAX_INFLATED_BYTES;

    /** Thousands of times what it takes; and still finite. */
    private static final Duration MAX_TIME = Duration.ofSeconds(5);

    private static final int BODY = 32;
    private static final int FOOTER = 16;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private HostileBytes() {}

    /** With buffers of their own: in those that larger batches left behind, writing or reading too far would not show. */
    static ReadOptions options(Verification level) {
        return new ReadOptions(level, MAX_INFLATED_BYTES, new InflaterPool());
    }

    /**
     * Reads the segment under every level, and fails when anything but the documented exceptions comes out, when it takes
     * too much memory or time, when the same bytes read differently, or when damage that a checksum shows is delivered.
     *
     * @return what was read under FULL
     */
    static SegmentReading read(byte[] segment) {
        ReadOptions options = options(Verification.FULL);
        SegmentReading full = readTwice(segment, options);
        SegmentReading batches = readTwice(segment, options.withVerification(Verification.BATCHES));
        SegmentReading none = readTwice(segment, options.withVerification(Verification.NONE));
        assertThat(full.isBeginningOf(batches))
                .as("FULL reads what BATCHES reads, or less")
                .isTrue();
        assertThat(batches.isBeginningOf(none))
                .as("BATCHES reads what NONE reads, or less")
                .isTrue();
        if (!full.records().isEmpty()) {
            int crc = TestSegments.crc(segment, BODY, segment.length - BODY - FOOTER);
            assertThat(storedCrc(segment))
                    .as("the CRC-32C of a body that was read under FULL")
                    .isEqualTo(crc);
        }
        if (full.complete()) {
            checkSeek(segment, full.records(), options);
        }
        return full;
    }

    private static SegmentReading readTwice(byte[] segment, ReadOptions options) {
        String failure = walkWithinBounds(segment, options);
        SegmentReading reading = SegmentReading.of(
                () -> SegmentReader.open(TestSegments.NAME, segment, options).cursor());
        assertThat(reading.failure()).as("the second reading with %s", options).isEqualTo(failure);
        long previous = -1;
        for (RecordValue record : reading.records()) {
            assertThat(record.offset()).as("an offset after %d", previous).isGreaterThan(previous);
            previous = record.offset();
        }
        return reading;
    }

    /** Measures again before it fails: the first time classes are loaded, and a machine may be busy. */
    private static String walkWithinBounds(byte[] segment, ReadOptions options) {
        Cost cost = Cost.of(() -> walk(segment, options));
        if (cost.exceedsBounds()) {
            cost = Cost.of(() -> walk(segment, options));
        }
        assertThat(cost.exceedsBounds()).as("bounds exceeded by %s", cost).isFalse();
        return cost.result;
    }

    private record Cost(String result, long allocatedBytes, Duration time) {

        static Cost of(Supplier<String> work) {
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long started = System.nanoTime();
            String result = work.get();
            return new Cost(
                    result,
                    THREADS.getCurrentThreadAllocatedBytes() - allocated,
                    Duration.ofNanos(System.nanoTime() - started));
        }

        boolean exceedsBounds() {
            return allocatedBytes > MAX_ALLOCATED_BYTES || time.compareTo(MAX_TIME) > 0;
        }
    }

    /** Goes over every field and keeps none, as an application does that reads in place. */
    private static String walk(byte[] segment, ReadOptions options) {
        try (RecordCursor cursor =
                SegmentReader.open(TestSegments.NAME, segment, options).cursor()) {
            while (cursor.next()) {
                HeaderCursor headers = cursor.headers();
                while (headers.next()) {
                    headers.hasKey("trace");
                }
            }
            return null;
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            return e.toString();
        }
    }

    private static void checkSeek(byte[] segment, List<RecordValue> all, ReadOptions options) {
        if (all.isEmpty()) {
            return;
        }
        long from = all.get(all.size() / 2).offset();
        long until = all.get(all.size() - 1).offset();
        SegmentReading part = SegmentReading.of(
                () -> SegmentReader.open(TestSegments.NAME, segment, options).cursor(from, until));
        assertThat(part)
                .as("from %d until %d", from, until)
                .isEqualTo(new SegmentReading(all.subList(all.size() / 2, all.size() - 1), null));
    }

    private static int storedCrc(byte[] segment) {
        return ByteBuffer.wrap(segment).getInt(segment.length - FOOTER);
    }
}
