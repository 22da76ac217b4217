package io.kafscale.segment;

import static io.kafscale.segment.TestSegments.CREATED;
import static io.kafscale.segment.TestSegments.NAME;
import static io.kafscale.segment.TestSegments.batch;
import static io.kafscale.segment.TestSegments.index;
import static io.kafscale.segment.TestSegments.offsets;
import static io.kafscale.segment.TestSegments.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.segment.ReadOptions.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RangedReadTest {

    private static final long BASE = 1_000;
    private static final int RECORDS_PER_BATCH = 50;
    private static final int BATCHES = 1_100;
    private static final int RECORDS = BATCHES * RECORDS_PER_BATCH;
    private static final ReadOptions OPTIONS = ReadOptions.defaults();

    /** 64 MiB and more, in batches of 60 KiB. */
    private static byte[] large;

    private static SegmentIndex largeIndex;

    @BeforeAll
    static void makeLargeSegment() {
        byte[] noise = new byte[1_250];
        new Random(1).nextBytes(noise);
        SimpleRecord[] records = new SimpleRecord[RECORDS_PER_BATCH];
        byte[][] batches = new byte[BATCHES][];
        for (int i = 0; i < BATCHES; i++) {
            long first = (long) i * RECORDS_PER_BATCH;
            for (int r = 0; r < RECORDS_PER_BATCH; r++) {
                records[r] = new SimpleRecord(CREATED + first + r, noise);
            }
            batches[i] = batch(BASE + first, Compression.NONE, records);
        }
        large = segment(batches);
        largeIndex = SegmentIndex.parse("large.index", index(100, batches));
        assertThat(large).hasSizeGreaterThan(64 << 20);
    }

    @Test
    void cursor_lastRecordOfALargeSegment_fetchesUnderOneMebibyte() throws Exception {
        CountingSource source = new CountingSource(large);
        SegmentReader reader = SegmentReader.open(NAME, source, largeIndex, OPTIONS);
        assertThat(reader.lastOffset()).isEqualTo(BASE + RECORDS - 1);
        RecordCursor cursor = reader.cursor(reader.lastOffset(), Long.MAX_VALUE);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.offset()).isEqualTo(reader.lastOffset());
        assertThat(cursor.next()).isFalse();
        assertThat(source.bytesFetched).isLessThan(1 << 20);
        assertThat(source.requests).as("header, footer, records").isEqualTo(3);
    }

    @Test
    void cursor_rangeInTheMiddle_stopsFetchingSoonAfterItsEnd() throws Exception {
        CountingSource source = new CountingSource(large);
        SegmentReader reader = SegmentReader.open(NAME, source, largeIndex, OPTIONS);
        assertThat(offsets(reader.cursor(30_020, 30_120)))
                .isEqualTo(LongStream.range(30_020, 30_120).toArray());
        assertThat(source.bytesFetched).isLessThan(400 << 10);
    }

    @Test
    void openEnd_fromAnyBatch_showsWhatAWholeReadShows_andNeedsNoMore() throws Exception {
        SegmentReader whole = SegmentReader.open(NAME, large);
        Random random = new Random(4);
        for (int i = 0; i < 20; i++) {
            int entry = random.nextInt(largeIndex.size());
            SegmentReader end = end(large, largeIndex.position(entry), largeIndex.offset(entry), random.nextInt(50));
            assertThat(end).isNotNull();
            long from = i == 0 ? whole.nextOffset() - 20 : largeIndex.offset(entry) + random.nextInt(100);
            assertThat(offsets(end.cursor(from, from + 5_000))).isEqualTo(offsets(whole.cursor(from, from + 5_000)));
            assertThat(end.nextOffset()).isEqualTo(whole.nextOffset());
            assertThat(end.maxTimestamp()).isEqualTo(whole.maxTimestamp());
            assertThat(end.strayBatches()).isZero();
        }
    }

    @Test
    void openEnd_damagedBatch_isRefusedByTheCursor() throws Exception {
        byte[] damaged = large.clone();
        int entry = largeIndex.size() - 1;
        damaged[largeIndex.position(entry) + 100] ^= 1;
        SegmentReader end = end(damaged, largeIndex.position(entry - 1), largeIndex.offset(entry - 1), 0);

        assertThatThrownBy(() -> offsets(end.cursor()))
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageContaining("at byte " + largeIndex.position(entry));
    }

    @Test
    void openEnd_segmentWithStraysAnywhere_canOnlyBeReadWhole() {
        byte[] first = batch(BASE, 5);
        byte[] stray = batch(0, 3);
        byte[] second = batch(BASE + 5, 5);
        int position = SegmentFrame.BODY + first.length + stray.length;
        byte[] strayBefore = segment(BASE, 13, BASE + 9, first, stray, second);
        byte[] strayBehind = segment(BASE, 13, BASE + 9, first, second, stray);

        assertThat(end(strayBefore, position, BASE + 5, 0)).isNull();
        assertThat(end(strayBehind, SegmentFrame.BODY + first.length, BASE + 5, 0))
                .isNull();
        byte[] none = segment(first, second);
        assertThat(end(none, SegmentFrame.BODY + first.length, BASE + 5, 0)).isNotNull();
    }

    @Test
    void openEnd_withAnotherSegmentsIndex_isRefused() {
        byte[] first = batch(BASE, 5);
        byte[] segment = segment(first, batch(BASE + 5, 5));

        assertThatThrownBy(() -> end(segment, SegmentFrame.BODY + first.length, BASE + 4, 0))
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageContaining("the index does not belong to this segment");
    }

    /** Header and end in an array that has {@code more} bytes than that takes. */
    private static SegmentReader end(byte[] segment, int position, long offset, int more) {
        int length = SegmentFrame.BODY + segment.length - position;
        byte[] bytes = new byte[length + more];
        System.arraycopy(segment, 0, bytes, 0, SegmentFrame.BODY);
        System.arraycopy(segment, position, bytes, SegmentFrame.BODY, segment.length - position);
        return SegmentReader.openEnd(NAME, bytes, length, position, offset, OPTIONS);
    }

    @Test
    void cursor_anyRangeWithAndWithoutIndex_showsWhatAWholeReadShows() throws Exception {
        SegmentReader whole = SegmentReader.open(NAME, large);
        Random random = new Random(2);
        for (int i = 0; i < 200; i++) {
            long from = BASE - 10 + random.nextInt(RECORDS + 20);
            long until = from + random.nextInt(500);
            SegmentReader ranged = SegmentReader.open(
                    NAME, RangeSource.of(ByteBuffer.wrap(large)), i % 20 == 0 ? null : largeIndex, OPTIONS);
            assertThat(offsets(ranged.cursor(from, until)))
                    .as("[%d, %d)", from, until)
                    .isEqualTo(offsets(whole.cursor(from, until)));
        }
    }

    @Test
    void cursor_wholeOfADirectBuffer_showsEveryRecordAndFetchesEachByteOnce() throws Exception {
        ByteBuffer direct = ByteBuffer.allocateDirect(large.length).put(large).flip();
        RecordCursor cursor =
                SegmentReader.open(NAME, RangeSource.of(direct), null, OPTIONS).cursor();
        long expected = BASE;
        while (cursor.next()) {
            assertThat(cursor.offset()).isEqualTo(expected++);
        }
        assertThat(expected).isEqualTo(BASE + RECORDS);
        CountingSource source = new CountingSource(large);
        cursor = SegmentReader.open(NAME, source, largeIndex, OPTIONS).cursor();
        while (cursor.next()) {
            cursor.offset();
        }
        assertThat(source.bytesFetched).isEqualTo(large.length);
    }

    @Test
    void open_smallSegment_isOneRequestAndCheckedInFull() throws Exception {
        byte[] small = segment(batch(100, 3));
        CountingSource source = new CountingSource(small);
        SegmentReader reader = SegmentReader.open(NAME, source, null, OPTIONS);
        assertThat(offsets(reader.cursor())).hasSize(3);
        assertThat(source.requests).isEqualTo(1);
        small[70] ^= 1;
        assertThatThrownBy(() -> SegmentReader.open(NAME, source, null, OPTIONS))
                .isInstanceOf(CorruptSegmentException.class);
    }

    @Test
    void cursor_batchDamaged_isNoticedByItsOwnChecksum() throws Exception {
        byte[] damaged = large.clone();
        damaged[damaged.length - 100] ^= 1;
        SegmentReader reader = SegmentReader.open(NAME, new CountingSource(damaged), largeIndex, OPTIONS);
        RecordCursor cursor = reader.cursor(reader.lastOffset(), Long.MAX_VALUE);
        assertThatThrownBy(cursor::next)
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageContaining("the batch's CRC-32C does not match its bytes");
        SegmentReader unchecked = SegmentReader.open(
                NAME, new CountingSource(damaged), largeIndex, OPTIONS.withVerification(Verification.NONE));
        assertThat(offsets(unchecked.cursor(unchecked.lastOffset(), Long.MAX_VALUE)))
                .hasSize(1);
    }

    @Test
    void cursor_sourceFails_throwsItsErrorAndKeepsThrowing() throws Exception {
        CountingSource source = new CountingSource(large);
        RecordCursor cursor =
                SegmentReader.open(NAME, source, largeIndex, OPTIONS).cursor();
        assertThat(cursor.next()).isTrue();
        source.failing = true;
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> {
                        while (cursor.next()) {
                            cursor.offset();
                        }
                    })
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("GET of the object failed: 503");
        }
    }

    @Test
    void cursor_indexOfAnotherSegment_isCorruptInsteadOfEmpty() throws Exception {
        byte[] moved = large.clone();
        ByteBuffer.wrap(moved).putLong(8, BASE + 7).putLong(SegmentFrame.BODY, BASE + 7);
        for (long from : new long[] {0, BASE + RECORDS - 1}) {
            byte[][] others = {batch(BASE + 1, 100), batch(BASE + 101, 300), batch(BASE + 401, 100)};
            SegmentIndex other = SegmentIndex.parse("other.index", index(100, others));
            SegmentReader reader = SegmentReader.open(
                    NAME, new CountingSource(moved), other, OPTIONS.withVerification(Verification.NONE));
            assertThatThrownBy(() -> reader.cursor(from, Long.MAX_VALUE).next())
                    .isInstanceOfAny(CorruptSegmentException.class, UnsupportedSegmentException.class);
        }
    }

    @Test
    void strayBatches_ofARangedReader_fetchesTheHeadersAndKeepsTheAnswer() throws Exception {
        byte[] withStray = new byte[large.length + batch(5, 2).length];
        int end = large.length - SegmentFrame.FOOTER_LENGTH;
        System.arraycopy(large, 0, withStray, 0, end);
        System.arraycopy(batch(5, 2), 0, withStray, end, batch(5, 2).length);
        System.arraycopy(large, end, withStray, withStray.length - 16, 16);
        CountingSource source = new CountingSource(withStray);
        SegmentReader reader = SegmentReader.open(NAME, source, largeIndex, OPTIONS);
        assertThat(reader.strayRecords()).isEqualTo(2);
        int requests = source.requests;
        assertThat(reader.strayBatches()).isEqualTo(1);
        assertThat(reader.batchCount()).isEqualTo(BATCHES);
        assertThat(reader.maxTimestamp()).isEqualTo(CREATED + RECORDS - 1);
        assertThat(source.requests).isEqualTo(requests);
    }

    @Test
    void cursor_holesBetweenBatches_areReadFromTheMiddleToo() throws Exception {
        byte[][] batches = new byte[300][];
        SimpleRecord record = new SimpleRecord(CREATED, new byte[2_000]);
        for (int i = 0; i < batches.length; i++) {
            batches[i] = batch(i * 10L, Compression.NONE, record);
        }
        SegmentIndex sparse = SegmentIndex.parse("sparse.index", index(100, batches));
        byte[] bytes = segment(batches);
        SegmentReader reader = SegmentReader.open(NAME, new CountingSource(bytes), sparse, OPTIONS);
        assertThat(offsets(reader.cursor(2_500, 2_530))).containsExactly(2_500, 2_510, 2_520);
    }

    @Test
    void cursor_indexEntryBehindTheSegment_fetchesNothingFromThere() throws Exception {
        byte[][] first = {batch(BASE, RECORDS_PER_BATCH), batch(BASE + RECORDS, 1)};
        byte[] entries = index(RECORDS_PER_BATCH, first);
        ByteBuffer.wrap(entries).putInt(36, Integer.MAX_VALUE);
        SegmentIndex other = SegmentIndex.parse("other.index", entries);
        SegmentReader reader = SegmentReader.open(NAME, new CountingSource(large), other, OPTIONS);
        assertThat(offsets(reader.cursor(BASE + RECORDS - 9, BASE + RECORDS))).hasSize(9);
    }

    /** It began there all the same, and what lay between the two offsets was never read. */
    @Test
    void cursor_indexEntryBeforeItsBatchInASegmentWithHoles_isCorrupt() throws Exception {
        byte[][] batches = new byte[300][];
        SimpleRecord record = new SimpleRecord(CREATED, new byte[2_000]);
        for (int i = 0; i < batches.length; i++) {
            batches[i] = batch(i * 10L, Compression.NONE, record);
        }
        byte[] entries = index(100, batches);
        ByteBuffer.wrap(entries).putLong(28, 995); // points at the batch of offset 1000
        SegmentIndex other = SegmentIndex.parse("other.index", entries);
        SegmentReader reader = SegmentReader.open(NAME, new CountingSource(segment(batches)), other, OPTIONS);
        assertThatThrownBy(() -> reader.cursor(995, 1_020).next())
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageContaining("the index does not belong to this segment");
    }

    @Test
    void offsetAt_anyTimestamp_isTheFirstRecordAtOrAfterIt() throws Exception {
        long[] timestamps = {50, 10, 30, 30, 90, 20, 70, 95};
        byte[][] batches = new byte[timestamps.length / 2][];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = batch(
                    2L * i,
                    Compression.NONE,
                    new SimpleRecord(timestamps[2 * i], new byte[0]),
                    new SimpleRecord(timestamps[2 * i + 1], new byte[0]));
        }
        SegmentReader reader = SegmentReader.open(NAME, segment(batches));
        for (long wanted = 0; wanted <= 95; wanted++) {
            long at = wanted;
            assertThat(reader.offsetAt(wanted))
                    .hasValue(LongStream.range(0, timestamps.length)
                            .filter(i -> timestamps[(int) i] >= at)
                            .findFirst()
                            .getAsLong());
        }
        assertThat(reader.offsetAt(96)).isEmpty();
        SegmentReader ranged = SegmentReader.open(NAME, new CountingSource(large), largeIndex, OPTIONS);
        assertThat(ranged.offsetAt(CREATED + 40_000)).hasValue(BASE + 40_000);
    }

    @Test
    void open_beyondTwoGibibytes_isRefusedBeforeAnythingIsRead() {
        RangeSource huge = new RangeSource() {
            @Override
            public long length() {
                return 1L << 31;
            }

            @Override
            public void readRange(long position, byte[] target, int at, int length) throws IOException {
                throw new IOException("must not be read");
            }
        };
        assertThatThrownBy(() -> SegmentReader.open(NAME, huge, null, OPTIONS))
                .isInstanceOf(UnsupportedSegmentException.class)
                .hasMessageContaining("a segment of 2147483648 bytes");
    }
}
