package io.kafscale.segment;

import static io.kafscale.segment.TestSegments.CREATED;
import static io.kafscale.segment.TestSegments.batch;
import static io.kafscale.segment.TestSegments.bytes;
import static io.kafscale.segment.TestSegments.kafkaBuilder;
import static io.kafscale.segment.TestSegments.numbered;
import static io.kafscale.segment.TestSegments.offsets;
import static io.kafscale.segment.TestSegments.open;
import static io.kafscale.segment.TestSegments.segment;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class RecordCursorTest {

    private static final Compression ZSTD = Compression.zstd().build();

    @Test
    void cursor_anyRange_showsExactlyItsRecords() {
        SegmentReader reader = open(
                segment(batch(100, 3), batch(103, ZSTD, numbered(40)), batch(143, 1), batch(144, ZSTD, numbered(6))));
        for (long from = 98; from < 152; from++) {
            for (long until = 98; until < 152; until++) {
                assertThat(offsets(reader.cursor(from, until)))
                        .as("[%d, %d)", from, until)
                        .isEqualTo(LongStream.range(Math.max(100, from), Math.min(150, until))
                                .toArray());
            }
        }
    }

    @Test
    void cursor_batchesOutsideTheRange_areNotEvenChecked() {
        byte[] damaged = segment(batch(100, 3), batch(103, 3), batch(106, 3));
        int length = batch(100, 3).length;
        damaged[32 + length - 1] ^= 1;
        damaged[32 + 3 * length - 1] ^= 1;
        assertThat(offsets(open(TestSegments.resealed(damaged)).cursor(103, 106)))
                .containsExactly(103, 104, 105);
    }

    @Test
    void cursors_ofOneReader_areIndependentAndRepeatable() {
        SegmentReader reader = open(segment(batch(0, ZSTD, numbered(50)), batch(50, ZSTD, numbered(50))));
        RecordCursor ahead = reader.cursor();
        for (int i = 0; i < 60; i++) {
            ahead.next();
        }
        RecordCursor behind = reader.cursor();
        behind.next();
        assertThat(text(ahead.value())).isEqualTo("v9");
        assertThat(text(behind.value())).isEqualTo("v0");
        for (int i = 0; i < 3; i++) {
            assertThat(offsets(reader.cursor())).hasSize(100);
        }
        assertThat(text(ahead.value())).isEqualTo("v9");
    }

    @Test
    void next_afterTheEndOrClose_staysFalse() {
        SegmentReader reader = open(segment(batch(0, ZSTD, numbered(3))));
        RecordCursor ended = reader.cursor();
        offsets(ended);
        assertThat(ended.next()).isFalse();
        RecordCursor closed = reader.cursor();
        assertThat(closed.next()).isTrue();
        closed.close();
        assertThat(closed.next()).isFalse();
    }

    @Test
    void cursor_controlBatches_areSkippedAndTheirOffsetsCount() {
        MemoryRecordsBuilder control = kafkaBuilder(103, false, true, true);
        control.appendEndTxnMarker(CREATED, new EndTransactionMarker(ControlRecordType.COMMIT, 0));
        SegmentReader reader = open(segment(batch(100, 3), bytes(control)));
        assertThat(offsets(reader.cursor())).containsExactly(100, 101, 102);
        assertThat(reader.lastOffset()).isEqualTo(103);
        assertThat(reader.nextOffset()).isEqualTo(104);
        assertThat(reader.messageCount()).isEqualTo(4);
        assertThat(reader.strayBatches()).isZero();
    }

    @Test
    void cursor_holesInsideABatch_keepsEachRecordsOwnOffset() {
        MemoryRecordsBuilder holes = kafkaBuilder(100, false, false, false);
        holes.appendWithOffset(102, CREATED, "a".getBytes(UTF_8), null);
        holes.appendWithOffset(107, CREATED, null, "b".getBytes(UTF_8));
        holes.overrideLastOffset(109);
        SegmentReader reader = open(segment(bytes(holes), batch(110, 1)));
        assertThat(offsets(reader.cursor())).containsExactly(102, 107, 110);
        assertThat(offsets(reader.cursor(103, 110))).containsExactly(107);
    }

    @Test
    void timestamp_logAppendTime_isTheBatchsMaxTimestamp() {
        MemoryRecordsBuilder appended = kafkaBuilder(0, true, false, false);
        appended.append(CREATED - 5000, null, "a".getBytes(UTF_8));
        appended.append(CREATED - 4000, null, "b".getBytes(UTF_8));
        SegmentReader reader = open(segment(bytes(appended)));
        RecordCursor cursor = reader.cursor();
        while (cursor.next()) {
            assertThat(cursor.timestamp()).isEqualTo(CREATED);
            assertThat(cursor.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        }
        assertThat(reader.maxTimestamp()).isEqualTo(CREATED);
    }

    @Test
    void timestamp_deltaBeyond32Bits_isRight() {
        long[] timestamps = {0, 1_767_225_600_000L, 1, Long.MAX_VALUE / 2, 123};
        SimpleRecord[] records = new SimpleRecord[timestamps.length];
        for (int i = 0; i < records.length; i++) {
            records[i] = new SimpleRecord(timestamps[i], new byte[0]);
        }
        RecordCursor cursor = open(segment(batch(0, Compression.NONE, records))).cursor();
        for (long timestamp : timestamps) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.timestamp()).isEqualTo(timestamp);
        }
    }

    @Test
    void transactional_flagOfTheBatch_isVisible() {
        MemoryRecordsBuilder inTransaction = kafkaBuilder(0, false, true, false);
        inTransaction.append(CREATED, null, "a".getBytes(UTF_8));
        RecordCursor cursor = open(segment(bytes(inTransaction), batch(1, 1))).cursor();
        cursor.next();
        assertThat(cursor.transactional()).isTrue();
        cursor.next();
        assertThat(cursor.transactional()).isFalse();
    }

    @Test
    void headers_readTwiceOrNotAtAll_doNotDisturbTheRecords() {
        SimpleRecord[] records = new SimpleRecord[10];
        for (int i = 0; i < records.length; i++) {
            Header[] headers = {new RecordHeader("a", null), new RecordHeader("ü", new byte[] {(byte) i})};
            records[i] = new SimpleRecord(CREATED, null, ("v" + i).getBytes(UTF_8), headers);
        }
        RecordCursor cursor = open(segment(batch(0, Compression.NONE, records))).cursor();
        for (int i = 0; cursor.next(); i++) {
            for (int times = i % 3; times > 0; times--) {
                HeaderCursor headers = cursor.headers();
                assertThat(headers.count()).isEqualTo(2);
                assertThat(headers.next()).isTrue();
                assertThat(headers.hasKey("a")).isTrue();
                assertThat(headers.hasKey("")).isFalse();
                assertThat(headers.hasKey("ab")).isFalse();
                assertThat(headers.value()).isNull();
                assertThat(headers.next()).isTrue();
                assertThat(headers.hasKey("ü")).isTrue();
                assertThat(headers.hasKey("ä")).isFalse();
                assertThat(headers.value().toBytes()).containsExactly(i);
                assertThat(headers.next()).isFalse();
            }
            assertThat(cursor.header("ü").toBytes()).containsExactly(i);
            assertThat(cursor.header("b")).isNull();
            assertThat(text(cursor.value())).isEqualTo("v" + i);
        }
    }

    @Test
    void copy_recordOfABatchThatIsInflatedOver_staysRight() {
        SegmentReader reader = open(segment(batch(0, ZSTD, numbered(50)), batch(50, ZSTD, numbered(10))));
        RecordCursor cursor = reader.cursor();
        cursor.next();
        cursor.next();
        ByteSlice view = cursor.value();
        Record kept = cursor.copy();
        byte[] inflated = view.array();
        while (cursor.next()) {
            // To the end, so that the buffer goes back.
        }
        Arrays.fill(inflated, (byte) 0xA5);
        assertThat(text(view)).as("the view is gone").isNotEqualTo("v1");
        assertThat(text(kept.key())).isEqualTo("k1");
        assertThat(text(kept.value())).isEqualTo("v1");
        assertThat(kept.offset()).isEqualTo(1);
    }

    @Test
    void inflatedBytes_areThoseOfCursorsThatAreOnABatch() {
        byte[] segment = segment(batch(0, ZSTD, numbered(5_000)), batch(5_000, ZSTD, numbered(10)));
        ReadOptions options = ReadOptions.defaults().withOwnBuffers();
        SegmentReader reader = SegmentReader.open(TestSegments.NAME, segment, options);
        for (int round = 0; round < 2; round++) { // the second one with the buffer of the first
            assertThat(options.inflatedBytes()).isZero();
            RecordCursor cursor = reader.cursor();
            cursor.next();
            long one = options.inflatedBytes();
            assertThat(one).isGreaterThan(5_000 * 10);
            RecordCursor other = reader.cursor();
            other.next();
            assertThat(options.inflatedBytes()).isBetween(one + 50_000, 3 * one);
            other.close();
            assertThat(options.inflatedBytes()).isEqualTo(one);
            cursor.close();
        }
        assertThat(options.inflatedBytes()).isZero();
        assertThat(options.withVerification(ReadOptions.Verification.NONE).inflatedBytes())
                .isZero();
    }

    private static String text(ByteSlice slice) {
        return slice == null ? null : slice.toUtf8();
    }
}
