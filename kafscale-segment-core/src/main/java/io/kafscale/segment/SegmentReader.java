package io.kafscale.segment;

import io.kafscale.segment.ReadOptions.Verification;
import java.time.Instant;

/**
 * A KafScale segment, opened: what its header and footer say, and cursors over its records. All integers are big-endian.
 *
 * <pre>
 *      0  magic          "KAFS"
 *      4  version        int16   1
 *      6  flags          int16   0
 *      8  base offset    int64   the first offset, equal to the one in the object's key
 *     16  message count  int32   the sum of the batches' record counts
 *     20  created        int64   Unix milliseconds
 *     28  reserved       int32
 *     32  body: Kafka record batches back to back, as the producers sent them
 * end-16  CRC-32C        int32   over the body alone
 * end-12  last offset    int64
 * end- 4  footer magic   "END!"
 * </pre>
 *
 * <p><b>The reader keeps the array it was given and reads it in place.</b> Nobody may write to it while the reader, one
 * of its cursors or a view of theirs is in use; {@link RecordCursor#copy()} makes records that do not depend on it.
 *
 * <p>A reader is immutable and thread safe. Its cursors are independent of each other; each is for one thread at a time.
 *
 * <p>The layout is that of KafScale's writer, of July 2026. Where its published description differs (it says CRC32), the
 * writer is followed.
 */
public final class SegmentReader {

    private static final int MAGIC = 0;
    private static final int VERSION = MAGIC + Integer.BYTES;
    private static final int FLAGS = VERSION + Short.BYTES;
    private static final int BASE_OFFSET = FLAGS + Short.BYTES;
    private static final int MESSAGE_COUNT = BASE_OFFSET + Long.BYTES;
    private static final int CREATED = MESSAGE_COUNT + Integer.BYTES;
    private static final int RESERVED = CREATED + Long.BYTES;

    /** Where the body begins. */
    static final int BODY = RESERVED + Integer.BYTES;

    private static final int FOOTER_CRC = 0;
    private static final int FOOTER_LAST_OFFSET = FOOTER_CRC + Integer.BYTES;
    private static final int FOOTER_MAGIC = FOOTER_LAST_OFFSET + Long.BYTES;

    /** How long the footer is. */
    static final int FOOTER_LENGTH = FOOTER_MAGIC + Integer.BYTES;

    private static final int HEADER_MAGIC_VALUE = 0x4b414653; // "KAFS"
    private static final int FOOTER_MAGIC_VALUE = 0x454e4421; // "END!"
    private static final int SUPPORTED_VERSION = 1;

    private final String name;
    private final byte[] bytes;
    private final ReadOptions options;
    private final long baseOffset;
    private final long lastOffset;
    private final SegmentSummary summary;

    private SegmentReader(String name, byte[] bytes, ReadOptions options) {
        this.name = name;
        this.bytes = bytes;
        this.options = options;
        checkFrame();
        this.baseOffset = BigEndian.getLong(bytes, BASE_OFFSET);
        this.lastOffset = BigEndian.getLong(bytes, bodyEnd() + FOOTER_LAST_OFFSET);
        checkOffsets();
        if (options.verification() == Verification.FULL) {
            checkBodyCrc();
        }
        this.summary = SegmentSummary.of(this);
        if (options.verification() == Verification.FULL) {
            summary.check(this);
        }
    }

    /**
     * Opens a whole segment with {@link ReadOptions#defaults()}, so with everything checked but the records inside the
     * batches; these are checked as a cursor reaches them.
     *
     * @param name what the object is called in messages, usually its key; when it ends in {@code segment-N.kfs}, N must be
     *     the segment's base offset
     * @param bytes the object, from its first byte to its last; read in place
     * @throws CorruptSegmentException when the bytes are not a sound segment
     * @throws UnsupportedSegmentException when the segment's version, or a batch's format, is not one that is read
     */
    public static SegmentReader open(String name, byte[] bytes) {
        return open(name, bytes, ReadOptions.defaults());
    }

    /**
     * Opens a whole segment.
     *
     * @param name what the object is called in messages, usually its key; when it ends in {@code segment-N.kfs}, N must be
     *     the segment's base offset
     * @param bytes the object, from its first byte to its last; read in place
     * @param options how much is checked, and how large a batch may be
     * @throws CorruptSegmentException when the bytes are not a sound segment
     * @throws UnsupportedSegmentException when the segment's version, or a batch's format, is not one that is read
     */
    public static SegmentReader open(String name, byte[] bytes, ReadOptions options) {
        return new SegmentReader(name, bytes, options);
    }

    private void checkFrame() {
        if (bytes.length < BODY + FOOTER_LENGTH) {
            throw CorruptSegmentException.in(name, "too short for a segment")
                    .expected("at least " + (BODY + FOOTER_LENGTH) + " bytes", bytes.length)
                    .exception();
        }
        expectMagic(MAGIC, HEADER_MAGIC_VALUE, "this is not a segment: its magic is wrong");
        int version = BigEndian.getShort(bytes, VERSION) & 0xffff;
        if (version != SUPPORTED_VERSION) {
            throw new UnsupportedSegmentException(
                    name, VERSION, "segment version " + version + "; only version " + SUPPORTED_VERSION + " is read");
        }
        expectMagic(
                bodyEnd() + FOOTER_MAGIC, FOOTER_MAGIC_VALUE, "the segment was cut short, or its footer is damaged");
    }

    private void expectMagic(int position, int expected, String problem) {
        int found = BigEndian.getInt(bytes, position);
        if (found != expected) {
            throw CorruptSegmentException.in(name, problem)
                    .at(position)
                    .expected(String.format("%08x", expected), String.format("%08x", found))
                    .exception();
        }
    }

    private void checkOffsets() {
        if (baseOffset < 0) {
            throw CorruptSegmentException.in(name, "the base offset is negative")
                    .at(BASE_OFFSET)
                    .expected("0 or more", baseOffset)
                    .exception();
        }
        if (lastOffset < baseOffset || lastOffset == Long.MAX_VALUE) {
            throw CorruptSegmentException.in(name, "the last offset does not follow the base offset")
                    .at(bodyEnd() + FOOTER_LAST_OFFSET)
                    .expected(baseOffset + " or more", lastOffset)
                    .exception();
        }
        long named = SegmentName.baseOffsetIn(name);
        if (options.verification() == Verification.FULL && named != SegmentName.NONE && named != baseOffset) {
            throw CorruptSegmentException.in(name, "the base offset is not the one in the object's name")
                    .at(BASE_OFFSET)
                    .expected(named, baseOffset)
                    .exception();
        }
    }

    private void checkBodyCrc() {
        int stored = BigEndian.getInt(bytes, bodyEnd() + FOOTER_CRC);
        int actual = new Crc32c().of(bytes, BODY, bodyEnd() - BODY);
        if (stored != actual) {
            throw CorruptSegmentException.in(name, "the CRC-32C in the footer does not match the body")
                    .at(bodyEnd() + FOOTER_CRC)
                    .expected(Crc32c.format(stored), Crc32c.format(actual))
                    .exception();
        }
    }

    /** What the object is called in messages. */
    public String name() {
        return name;
    }

    /** The first offset. */
    public long baseOffset() {
        return baseOffset;
    }

    /** The footer's last offset, which may name no record. */
    public long lastOffset() {
        return lastOffset;
    }

    /** The offset expected after this segment: {@link #lastOffset()} + 1, whatever its batches say. */
    public long nextOffset() {
        return lastOffset + 1;
    }

    /** How many records the header claims; strays are not among them. */
    public int messageCount() {
        return BigEndian.getInt(bytes, MESSAGE_COUNT);
    }

    /** When the broker built the segment, by its clock. */
    public Instant created() {
        return Instant.ofEpochMilli(BigEndian.getLong(bytes, CREATED));
    }

    /** The newest timestamp of the batches, in Unix milliseconds; -1 when there is none. Strays do not count. */
    public long maxTimestamp() {
        return summary.maxTimestamp();
    }

    /** How many batches there are; strays do not count. */
    public int batchCount() {
        return summary.batches();
    }

    /**
     * Batches without a valid offset, which are never delivered. They come from a produce request that carried several
     * batches for one partition: only the first of them was given its offset.
     */
    public int strayBatches() {
        return summary.strayBatches();
    }

    /** Records of the stray batches, as their headers count them. */
    public long strayRecords() {
        return summary.strayRecords();
    }

    /** A cursor before the first record. */
    public RecordCursor cursor() {
        return cursor(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * A cursor over the records with {@code fromOffset <= offset < untilOffset}. Batches that lie outside are skipped by
     * their headers: neither checked against their checksum nor inflated.
     */
    public RecordCursor cursor(long fromOffset, long untilOffset) {
        return new RecordCursor(this, fromOffset, untilOffset);
    }

    byte[] bytes() {
        return bytes;
    }

    /** Where the body ends and the footer begins. */
    int bodyEnd() {
        return bytes.length - FOOTER_LENGTH;
    }

    ReadOptions options() {
        return options;
    }

    BatchWalk batches() {
        return new BatchWalk(this, summary.holesBetweenBatches());
    }

    /** Name and offsets, for logs. */
    @Override
    public String toString() {
        return name + "[" + baseOffset + ".." + lastOffset + "]";
    }
}
