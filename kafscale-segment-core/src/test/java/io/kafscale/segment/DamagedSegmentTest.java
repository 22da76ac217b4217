package io.kafscale.segment;

import static io.kafscale.segment.TestSegments.NAME;
import static io.kafscale.segment.TestSegments.batch;
import static io.kafscale.segment.TestSegments.offsets;
import static io.kafscale.segment.TestSegments.open;
import static io.kafscale.segment.TestSegments.resealed;
import static io.kafscale.segment.TestSegments.resealedBatch;
import static io.kafscale.segment.TestSegments.segment;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafscale.segment.ReadOptions.Verification;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What damage causes, and in which words. */
class DamagedSegmentTest {

    private static final int FIRST_BATCH = 32;
    private static final ReadOptions BATCHES = ReadOptions.defaults().withVerification(Verification.BATCHES);
    private static final ReadOptions NONE = ReadOptions.defaults().withVerification(Verification.NONE);

    private final byte[] segment = segment(batch(100, 3), batch(103, 2));

    @Test
    void open_anyBitOfSegmentFlipped_isRefusedUnderFull() {
        for (int bit = 0; bit < segment.length * 8; bit++) {
            int at = bit / 8;
            boolean covered = at < 6 || (at >= 8 && at < 20) || at >= FIRST_BATCH; // not: flags, created, reserved
            byte[] damaged = segment.clone();
            damaged[at] ^= (byte) (1 << bit % 8);
            Throwable thrown = catchThrowable(() -> offsets(open(damaged).cursor()));
            if (covered) {
                assertThat(thrown)
                        .as("bit %d of byte %d", bit % 8, at)
                        .isInstanceOfAny(CorruptSegmentException.class, UnsupportedSegmentException.class)
                        .hasMessageStartingWith(NAME + ": ");
            } else {
                assertThat(thrown).as("byte %d", at).isNull();
            }
        }
    }

    /**
     * Without the body's checksum, a flipped control bit hid a batch's records; a flipped base offset hid all from there on,
     * or showed them under other offsets.
     */
    @Test
    void open_anyBitOfSegmentFlipped_hidesAndMovesNoRecordUnderBatches() {
        byte[] sound = segment(batch(100, 3), batch(103, 2), batch(105, 4));
        long[] offsets = offsets(open(sound).cursor());
        for (int bit = 0; bit < sound.length * 8; bit++) {
            byte[] damaged = sound.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(offsets(SegmentReader.open(NAME, damaged, BATCHES).cursor()))
                        .as("bit %d of byte %d", bit % 8, bit / 8)
                        .isEqualTo(offsets);
            } catch (CorruptSegmentException | UnsupportedSegmentException refused) {
                assertThat(refused).hasMessageStartingWith(NAME + ": ");
            }
        }
    }

    @Test
    void open_cutToAnyLength_isRefusedAtEveryLevel() {
        for (int length = 0; length < segment.length; length++) {
            byte[] cut = Arrays.copyOf(segment, length);
            for (Verification level : Verification.values()) {
                assertThatThrownBy(() -> SegmentReader.open(
                                NAME, cut, ReadOptions.defaults().withVerification(level)))
                        .as("cut to %d under %s", length, level)
                        .isInstanceOf(CorruptSegmentException.class);
            }
        }
    }

    @Test
    void open_bodyDamaged_saysWhereAndWhat() {
        segment[70] ^= 1;
        CorruptSegmentException thrown = catchThrowableOfType(CorruptSegmentException.class, () -> open(segment));
        assertThat(thrown)
                .hasMessageMatching(NAME + ": the CRC-32C in the footer does not match the body, at byte "
                        + (segment.length - 16) + ": expected 0x[0-9a-f]{8}, found 0x[0-9a-f]{8}");
        assertThat(thrown.objectName()).isEqualTo(NAME);
        assertThat(thrown.position()).isEqualTo(segment.length - 16);
        assertThat(thrown.offset()).isEqualTo(CorruptSegmentException.UNKNOWN);
        assertThat(thrown.expected()).startsWith("0x");
        assertThat(thrown.found()).startsWith("0x").isNotEqualTo(thrown.expected());
    }

    @Test
    void open_notASegment_saysSo() {
        assertThatThrownBy(() -> open("IDX or something else that is long enough for a header".getBytes(UTF_8)))
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessage(NAME + ": this is not a segment, at byte 0: expected 4b414653, found" + " 49445820");
    }

    @Test
    void open_laterVersion_isUnsupported() {
        segment[5] = 2;
        UnsupportedSegmentException thrown =
                catchThrowableOfType(UnsupportedSegmentException.class, () -> open(segment));
        assertThat(thrown).hasMessage(NAME + ": segment version 2; only version 1 is read, at byte 4");
        assertThat(thrown.objectName()).isEqualTo(NAME);
        assertThat(thrown.position()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(longs = {99, Long.MAX_VALUE, -1})
    void open_lastOffsetThatCannotBe_isCorruptAtEveryLevel(long lastOffset) {
        byte[] damaged = segment(100, 5, lastOffset, batch(100, 3), batch(103, 2));
        assertThatThrownBy(() -> SegmentReader.open(NAME, damaged, NONE))
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageContaining("the last offset does not follow the base offset")
                .hasMessageEndingWith("found " + lastOffset);
    }

    @Test
    void open_nameWithAnotherBaseOffset_isCorruptUnderFullOnly() {
        String name = "ns/topic/0/segment-00000000000000000099.kfs";
        assertThatThrownBy(() -> SegmentReader.open(name, segment))
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessage(
                        name + ": the base offset is not the one in the object's name, at byte 8: expected 99, found"
                                + " 100");
        assertThat(SegmentReader.open(name, segment, BATCHES).baseOffset()).isEqualTo(100);
        assertThat(SegmentReader.open("ns/topic/0/segment-00000000000000000100.kfs", segment)
                        .baseOffset())
                .isEqualTo(100);
    }

    @Test
    void open_headerCountsOtherThanTheBatches_isCorrupt() {
        assertThatThrownBy(() -> open(segment(100, 7, 104, batch(100, 3), batch(103, 2))))
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageEndingWith(
                        "do not have as many records as the header says, at byte 16:" + " expected 7, found 5");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, -1})
    void open_batchInAnotherFormat_isUnsupported(int magic) {
        segment[FIRST_BATCH + 16] = (byte) magic;
        assertThatThrownBy(() -> open(resealed(segment)))
                .isInstanceOf(UnsupportedSegmentException.class)
                .hasMessageContaining(magic == 0 || magic == 1 ? "message format v" + magic : "unknown magic " + magic)
                .hasMessageEndingWith(", at byte 48");
    }

    @Test
    void open_oldMessageShorterThanABatchHeader_isUnsupported() {
        byte[] message = new byte[26];
        assertThatThrownBy(() -> open(segment(100, 5, 104, batch(100, 5), message)))
                .isInstanceOf(UnsupportedSegmentException.class)
                .hasMessageContaining("message format v0");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 48, 10_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void open_batchLengthThatDoesNotFit_isCorruptAtEveryLevel(int length) {
        ByteBuffer.wrap(segment).putInt(FIRST_BATCH + 8, length);
        assertThatThrownBy(() -> SegmentReader.open(NAME, segment, NONE))
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageContaining("the batch's length does not fit into the body, at byte 32, at offset 100")
                .hasMessageEndingWith("found " + length);
    }

    @Test
    void open_negativeLastOffsetDelta_isCorrupt() {
        ByteBuffer.wrap(segment).putInt(FIRST_BATCH + 23, -1);
        assertThatThrownBy(() -> SegmentReader.open(NAME, segment, NONE))
                .hasMessageContaining("last offset delta is negative");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 4, Integer.MAX_VALUE})
    void open_recordCountThatDoesNotFit_isCorrupt(int count) {
        ByteBuffer.wrap(segment).putInt(FIRST_BATCH + 57, count);
        assertThatThrownBy(() -> SegmentReader.open(NAME, segment, NONE))
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageContaining("record count does not fit its offsets")
                .hasMessageEndingWith("expected 0 to 3, found " + count);
    }

    @Test
    void cursor_badBatchCrc_throwsWhenTheBatchIsEnteredAndKeepsThrowing() {
        int second = FIRST_BATCH + batch(100, 3).length;
        segment[second + 17] ^= 1;
        SegmentReader reader = open(resealed(segment));
        RecordCursor cursor = reader.cursor();
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.next()).isTrue();
        for (int i = 0; i < 2; i++) {
            CorruptSegmentException thrown = catchThrowableOfType(CorruptSegmentException.class, cursor::next);
            assertThat(thrown).hasMessageContaining("the batch's CRC-32C does not match its bytes");
            assertThat(thrown.position()).isEqualTo(second);
            assertThat(thrown.offset()).isEqualTo(103);
        }
        assertThat(offsets(reader.cursor(100, 103)))
                .as("the sound batch before it")
                .containsExactly(100, 101, 102);
        assertThat(offsets(SegmentReader.open(NAME, segment, NONE).cursor())).hasSize(5);
        assertThatThrownBy(
                        () -> offsets(SegmentReader.open(NAME, segment, BATCHES).cursor()))
                .isInstanceOf(CorruptSegmentException.class);
    }

    @Test
    void cursor_everyByteOfRecordsChanged_throwsOrReadsWithinBounds() {
        byte[] one = batch(100, 3);
        for (int at = 61; at < one.length; at++) {
            for (int value : new int[] {0, 1, 2, 0x7f, 0x80, 0xff}) {
                byte[] damaged = one.clone();
                damaged[at] = (byte) value;
                RecordCursor cursor =
                        open(segment(100, 3, 102, resealedBatch(damaged))).cursor();
                Throwable thrown = catchThrowable(() -> {
                    while (cursor.next()) {
                        cursor.copy();
                    }
                });
                if (thrown != null) {
                    assertThat(thrown).isInstanceOf(CorruptSegmentException.class);
                }
            }
        }
    }

    @Test
    void cursor_recordPastItsBatch_namesOffsetAndByte() {
        byte[] one = batch(100, 2);
        one[61 + (one.length - 61) / 2] = 0x7e; // the second record's length
        CorruptSegmentException thrown = catchThrowableOfType(
                CorruptSegmentException.class,
                () -> offsets(open(segment(100, 2, 101, resealedBatch(one))).cursor()));
        assertThat(thrown)
                .hasMessage(NAME + ": the record does not fit into its batch, at byte "
                        + (FIRST_BATCH + 61 + (one.length - 61) / 2 + 1) + ", at offset 101");
    }

    @Test
    void cursor_bytesAfterTheLastRecord_areCorrupt() {
        byte[] one = batch(100, 3);
        ByteBuffer.wrap(one).putInt(57, 2);
        assertThatThrownBy(() ->
                        offsets(open(segment(100, 2, 102, resealedBatch(one))).cursor()))
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageContaining("bytes follow the batch's last record");
    }

    /** It was taken for a count of 0, although its second byte is not the record's any more. */
    @Test
    void headers_countThatGoesOnBehindTheRecord_isCorrupt() {
        byte[] records = {6 << 1, 0, 0, 0, 1, 1, (byte) 0x80, 0};
        RecordCursor cursor =
                open(segment(batch(100, CompressionType.NONE, 0, 1, records))).cursor();
        assertThat(cursor.next()).isTrue();
        assertThatThrownBy(cursor::headers)
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageContaining("the header count does not fit the record");
    }

    @Test
    void cursor_timestampDeltaOfElevenBytes_isCorrupt() {
        byte[] delta = new byte[11];
        Arrays.fill(delta, 0, 10, (byte) 0x80);
        assertThat(offsets(
                        open(segment(record(Arrays.copyOfRange(delta, 1, 11)))).cursor()))
                .as("ten bytes are a number")
                .hasSize(1);
        assertThatThrownBy(() -> open(segment(record(delta))).cursor().next())
                .isInstanceOf(CorruptSegmentException.class);
    }

    @Test
    void cursor_numbersThatRunOutOfTheSegment_areCorruptAndReadNothingBeyondIt() {
        for (int length = 0; length < 12; length++) {
            byte[] endless = new byte[length];
            Arrays.fill(endless, (byte) 0xff);
            for (int claimed = 0; claimed < 12; claimed++) {
                byte[] records = new byte[1 + length];
                records[0] = (byte) (claimed << 1);
                System.arraycopy(endless, 0, records, 1, length);
                byte[] bytes = segment(batch(100, CompressionType.NONE, 0, 1, records));
                Arrays.fill(bytes, bytes.length - 16, bytes.length - 12, (byte) 0xff); // the footer's checksum
                assertThatThrownBy(() -> SegmentReader.open(NAME, bytes, BATCHES)
                                .cursor()
                                .next())
                        .as("%d bytes, claimed to be %d", length, claimed)
                        .isInstanceOf(CorruptSegmentException.class);
            }
        }
    }

    /** A batch of one record without key, value and headers. */
    private static byte[] record(byte[] timestampDelta) {
        ByteBuffer record = ByteBuffer.allocate(6 + timestampDelta.length);
        record.put((byte) ((record.capacity() - 1) << 1)).put((byte) 0).put(timestampDelta);
        record.put((byte) 0).put((byte) 1).put((byte) 1).put((byte) 0);
        return batch(100, CompressionType.NONE, 0, 1, record.array());
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 7})
    void cursor_unknownCompression_isCorrupt(int id) {
        byte[] one = batch(100, 3);
        one[22] = (byte) id;
        assertThatThrownBy(() -> open(segment(resealedBatch(one))).cursor().next())
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessage(
                        NAME + ": the batch is compressed by an unknown codec, at byte 32, at offset 100: expected 0 to"
                                + " 4, found " + id);
    }

    @ParameterizedTest
    @EnumSource(value = io.kafscale.segment.Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void cursor_compressedBytesDamaged_saysWhichBatch(io.kafscale.segment.Compression compression) {
        byte[] one = batch(100, Compression.of(compression.label()).build(), TestSegments.numbered(50));
        for (int i = 61; i < one.length; i++) {
            one[i] = (byte) 0xee;
        }
        assertThatThrownBy(() -> open(segment(resealedBatch(one))).cursor().next())
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageStartingWith(NAME + ": the " + compression.label() + " batch: ")
                .hasMessageEndingWith(", at byte 32, at offset 100");
    }

    @ParameterizedTest
    @EnumSource(value = io.kafscale.segment.Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void cursor_batchBeyondTheInflationLimit_saysHowToRaiseIt(io.kafscale.segment.Compression compression) {
        byte[] one = batch(100, Compression.of(compression.label()).build(), TestSegments.numbered(5_000));
        ReadOptions tight = ReadOptions.defaults().withMaxInflatedBytes(10_000);
        assertThatThrownBy(() ->
                        SegmentReader.open(NAME, segment(one), tight).cursor().next())
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageContaining("more than 10000 bytes; if that is right, raise ReadOptions.maxInflatedBytes");
    }
}
