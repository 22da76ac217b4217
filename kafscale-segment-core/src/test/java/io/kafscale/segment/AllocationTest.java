package io.kafscale.segment;

import static io.kafscale.segment.TestSegments.batch;
import static io.kafscale.segment.TestSegments.numbered;
import static io.kafscale.segment.TestSegments.open;
import static io.kafscale.segment.TestSegments.segment;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What reading leaves on the heap: a few objects a segment, none a record, no buffer a batch. */
class AllocationTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PASSES = 200;

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void cursor_manyRecords_allocatesNothingForThem(CompressionType type) {
        SegmentReader reader = open(segment(batch(0, Compression.of(type).build(), numbered(5_000))));
        assertThat(allocatedByAPass(reader)).isLessThan(5_000 / 2);
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void open_tinySegmentsOneAfterAnother_allocatesFarLessThanABuffer(CompressionType type) {
        byte[] tiny = segment(batch(0, Compression.of(type).build(), numbered(1)));
        read(open(tiny));
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < PASSES; i++) {
            read(open(tiny));
        }
        assertThat((THREADS.getCurrentThreadAllocatedBytes() - before) / PASSES).isLessThan(3_000);
    }

    @Test
    void cursors_inManyThreads_doNotDisturbEachOther() throws Exception {
        Compression zstd = Compression.zstd().build();
        SegmentReader reader = open(segment(batch(0, zstd, numbered(700)), batch(700, zstd, numbered(300))));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> checksums = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                checksums.add(threads.submit(() -> read(reader)));
            }
            int expected = read(reader);
            for (Future<Integer> checksum : checksums) {
                assertThat(checksum.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static long allocatedByAPass(SegmentReader reader) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < PASSES; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            read(reader);
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static int read(SegmentReader reader) {
        int checksum = 0;
        RecordCursor cursor = reader.cursor();
        while (cursor.next()) {
            ByteSlice value = cursor.value();
            checksum = 31 * checksum + (int) cursor.offset() + value.length();
            checksum += value.array()[value.offset() + value.length() - 1] + cursor.headers().count();
        }
        return checksum;
    }
}
