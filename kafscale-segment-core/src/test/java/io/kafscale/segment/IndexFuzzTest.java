package io.kafscale.segment;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kafscale.segment.ReadOptions.Verification;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Any bytes as an index, and what a reader makes of a sound segment when it trusts that index. */
class IndexFuzzTest {

    private static final int BATCHES = 40;
    private static final int RECORDS_PER_BATCH = 3;

    /** Large enough that it is fetched in parts; with a hole in the middle. */
    private static final byte[] SEGMENT = segment();

    private static final List<RecordValue> RECORDS = SegmentReading.of(
                    () -> SegmentReader.open(TestSegments.NAME, SEGMENT).cursor())
            .records();

    @FuzzTest
    void parse(byte[] bytes) {
        SegmentIndex index;
        try {
            index = SegmentIndex.parse("an-index", bytes);
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            return;
        }
        boolean sound = belongsToSegment(index);
        for (int entry : new int[] {0, index.size() / 2, index.size() - 1}) {
            long offset = index.offset(entry);
            assertThat(index.floor(offset)).isEqualTo(entry);
            assertThat(index.floor(offset - 1)).isEqualTo(Math.max(0, entry - 1));
            readRange(index, offset, Long.MAX_VALUE, sound);
            readRange(index, offset + 1, offset + 1 + RECORDS_PER_BATCH, sound);
        }
    }

    private static boolean belongsToSegment(SegmentIndex index) {
        try {
            index.checkAgainst(SegmentReader.open(TestSegments.NAME, SEGMENT));
            return true;
        } catch (CorruptSegmentException e) {
            return false;
        }
    }

    /** An index of another segment may end the reading, but never make it skip a record or show a wrong one. */
    private static void readRange(SegmentIndex index, long from, long until, boolean sound) {
        SegmentReading reading = SegmentReading.of(
                () -> SegmentReader.open(TestSegments.NAME, RangeSource.of(ByteBuffer.wrap(SEGMENT)), index, OPTIONS)
                        .cursor(from, until));
        List<RecordValue> expected = RECORDS.stream()
                .filter(record -> record.offset() >= from && record.offset() < until)
                .toList();
        assertThat(reading.isBeginningOf(new SegmentReading(expected, null)))
                .as("from %d until %d: %s", from, until, reading)
                .isTrue();
        assertThat(reading.complete() || !sound).as(reading.failure()).isTrue();
    }

    private static final ReadOptions OPTIONS = HostileBytes.options(Verification.FULL);

    private static byte[] segment() {
        byte[][] batches = new byte[BATCHES][];
        long offset = 100;
        for (int i = 0; i < BATCHES; i++) {
            SimpleRecord[] records = new SimpleRecord[RECORDS_PER_BATCH];
            for (int r = 0; r < RECORDS_PER_BATCH; r++) {
                records[r] = new SimpleRecord(TestSegments.CREATED + offset + r, new byte[2_500]);
            }
            batches[i] = TestSegments.batch(offset, Compression.NONE, records);
            offset += i == BATCHES / 2 ? 3 * RECORDS_PER_BATCH : RECORDS_PER_BATCH;
        }
        return TestSegments.segment(batches);
    }
}
