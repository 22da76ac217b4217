package io.kafscale.testkit.segment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.SegmentReader;
import io.kafscale.testkit.BatchCompression;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What reading leaves on the heap: a few objects a segment, none a record, no buffer a batch. */
class AllocationTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PASSES = 200;

    @ParameterizedTest
    @EnumSource(BatchCompression.class)
    void cursor_manyRecords_allocatesNothingForThem(BatchCompression compression) {
        SegmentReader reader = open(segment(compression, 5_000));
        assertThat(allocatedByAPass(reader)).isLessThan(5_000 / 2);
    }

    @ParameterizedTest
    @EnumSource(BatchCompression.class)
    void open_tinySegmentsOneAfterAnother_allocatesFarLessThanABuffer(BatchCompression compression) {
        WrittenSegment tiny = segment(compression, 1);
        read(open(tiny));
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < PASSES; i++) {
            read(open(tiny));
        }
        assertThat((THREADS.getCurrentThreadAllocatedBytes() - before) / PASSES).isLessThan(3_000);
    }

    @Test
    void cursors_inManyThreads_doNotDisturbEachOther() throws Exception {
        SegmentReader reader = open(segment(BatchCompression.ZSTD, 700, 300));
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

    private static WrittenSegment segment(BatchCompression compression, int... batches) {
        SegmentWriter writer = new SegmentWriter(0, 1_767_225_600_000L);
        for (int records : batches) {
            RecordBatchBuilder batch = new RecordBatchBuilder().compression(compression);
            for (int i = 0; i < records; i++) {
                batch.record("key-" + i, "value-" + i);
            }
            writer.append(batch.build());
        }
        return writer.finish();
    }

    private static SegmentReader open(WrittenSegment written) {
        return SegmentReader.open(written.segmentName(), written.segment());
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
            checksum += value.array()[value.offset() + value.length() - 1]
                    + cursor.headers().count();
        }
        return checksum;
    }
}
