package io.kafscale.segment;

import java.util.function.BooleanSupplier;

/**
 * Walks the record batches of a segment's body, from batch header to batch header, and tells sound ones from strays.
 * Nothing of a batch but its header is read. Kafka's record batch, format 2, begins with
 *
 * <pre>
 *  0  base offset            int64   (rewritten by the broker, not under the checksum)
 *  8  batch length           int32   bytes after this field
 * 12  partition leader epoch int32
 * 16  magic                  int8    2; formats 0 and 1 have theirs at the same place
 * 17  CRC-32C                int32   from attributes to the end
 * 21  attributes             int16   0-2 compression, 3 timestamp type, 4 transactional, 5 control
 * 23  last offset delta      int32
 * 27  base timestamp         int64
 * 35  max timestamp          int64
 * 43  producer id            int64
 * 51  producer epoch         int16
 * 53  base sequence          int32
 * 57  record count           int32
 * 61  records
 * </pre>
 *
 * <p><b>Strays.</b> A produce request that carried several batches for a partition is stored as one run of bytes of which
 * only the first batch got its offset from the broker; the others keep the producer's. Brokers assign contiguous offsets,
 * so a batch belongs here when it begins where the one before ended and ends within the segment. Where all batches
 * together have as many records as the segment's header counts, none can be such a stray, and holes between batches are
 * accepted.
 */
final class BatchWalk {

    private static final int BASE_OFFSET = 0;
    private static final int LENGTH = BASE_OFFSET + Long.BYTES;
    private static final int LEADER_EPOCH = LENGTH + Integer.BYTES;
    private static final int MAGIC = LEADER_EPOCH + Integer.BYTES;
    private static final int CRC = MAGIC + Byte.BYTES;
    private static final int ATTRIBUTES = CRC + Integer.BYTES;
    private static final int LAST_OFFSET_DELTA = ATTRIBUTES + Short.BYTES;
    private static final int BASE_TIMESTAMP = LAST_OFFSET_DELTA + Integer.BYTES;
    private static final int MAX_TIMESTAMP = BASE_TIMESTAMP + Long.BYTES;
    private static final int PRODUCER_ID = MAX_TIMESTAMP + Long.BYTES;
    private static final int PRODUCER_EPOCH = PRODUCER_ID + Long.BYTES;
    private static final int BASE_SEQUENCE = PRODUCER_EPOCH + Short.BYTES;
    private static final int RECORD_COUNT = BASE_SEQUENCE + Integer.BYTES;
    private static final int RECORDS = RECORD_COUNT + Integer.BYTES;

    private static final int COMPRESSION_BITS = 0x07;
    private static final int LOG_APPEND_TIME_BIT = 0x08;
    private static final int TRANSACTIONAL_BIT = 0x10;
    private static final int CONTROL_BIT = 0x20;
    private static final int FORMAT = 2;
    private static final int NOT_INDEXED = -1;

    private final SegmentFrame segment;
    private final SegmentBytes bytes;
    private final BooleanSupplier holesBetweenBatches;

    private int indexedPosition = NOT_INDEXED;
    private int nextPosition = SegmentFrame.BODY;
    private long expectedOffset;

    private int position;
    private int at; // where in the array of the bytes the batch begins
    private long baseOffset;
    private int lastOffsetDelta;
    private int recordCount;
    private int attributes;
    private boolean stray;
    private boolean passedStrays;

    /**
     * Before the first batch.
     *
     * @param holesBetweenBatches asked only when there seems to be one, since the answer takes all batch headers
     */
    BatchWalk(SegmentFrame segment, SegmentBytes bytes, BooleanSupplier holesBetweenBatches) {
        this.segment = segment;
        this.bytes = bytes;
        this.holesBetweenBatches = holesBetweenBatches;
        this.expectedOffset = segment.baseOffset();
    }

    /** Before the batch of an index entry. */
    void startAt(int position, long offset) {
        indexedPosition = position;
        nextPosition = position;
        expectedOffset = offset;
    }

    /**
     * Moves to the next batch, stray or not; false after the last.
     *
     * @throws CorruptSegmentException when the batch does not lie within the body, or its header contradicts itself
     * @throws UnsupportedSegmentException when it is not in format 2
     */
    boolean next() {
        int remaining = segment.bodyEnd() - nextPosition;
        if (remaining == 0) {
            return false;
        }
        position = nextPosition;
        if (remaining < 0) {
            throw corrupt("the index points beyond the segment's batches").exception();
        }
        at = bytes.load(position, Math.min(remaining, RECORDS));
        checkFrame(remaining);
        baseOffset = longAt(BASE_OFFSET);
        lastOffsetDelta = intAt(LAST_OFFSET_DELTA);
        recordCount = intAt(RECORD_COUNT);
        attributes = BigEndian.getShort(bytes.array(), at + ATTRIBUTES);
        nextPosition = position + LENGTH + Integer.BYTES + intAt(LENGTH);
        stray = !belongsHere();
        if (!stray) {
            checkCounts();
            expectedOffset = lastOffset() + 1;
            return true;
        }
        if (position == indexedPosition) {
            throw corrupt("the index does not belong to this segment: it has another batch there")
                    .expected(expectedOffset, baseOffset)
                    .exception();
        }
        passedStrays = true;
        return true;
    }

    private void checkFrame(int remaining) {
        int magic = remaining > MAGIC ? bytes.array()[at + MAGIC] : FORMAT;
        if (magic != FORMAT) {
            throw new UnsupportedSegmentException(
                    segment.name(),
                    position + MAGIC,
                    magic == 0 || magic == 1
                            ? "records in Kafka's old message format v" + magic
                                    + ", sent by a producer from before Kafka"
                                    + " 0.11; only record batches (v2) are read"
                            : "a record batch of unknown magic " + magic + "; only 2 is read");
        }
        if (remaining < RECORDS) {
            throw corrupt("the body ends within a batch header")
                    .expected("at least " + RECORDS + " bytes", remaining)
                    .exception();
        }
        int length = intAt(LENGTH);
        int least = RECORDS - LENGTH - Integer.BYTES;
        int most = remaining - LENGTH - Integer.BYTES;
        if (length < least || length > most) {
            throw corrupt("the batch's length does not fit into the body")
                    .expected(least + " to " + most, length)
                    .exception();
        }
    }

    private boolean belongsHere() {
        return lastOffsetDelta <= segment.lastOffset() - baseOffset
                && (baseOffset == expectedOffset || followsAfterHole());
    }

    private boolean followsAfterHole() {
        // Nothing may be missing before the first, nor before the one that an index entry names.
        boolean betweenBatches = expectedOffset > segment.baseOffset() && position != indexedPosition;
        return betweenBatches && baseOffset > expectedOffset && holesBetweenBatches.getAsBoolean();
    }

    private void checkCounts() {
        if (lastOffsetDelta < 0) {
            throw corrupt("the batch's last offset delta is negative")
                    .expected("0 or more", lastOffsetDelta)
                    .exception();
        }
        if (recordCount < 0 || recordCount - 1 > lastOffsetDelta) {
            throw corrupt("the batch's record count does not fit its offsets")
                    .expected("0 to " + (lastOffsetDelta + 1L), recordCount)
                    .exception();
        }
    }

    /**
     * After the last batch: whether the batches end where the footer says. No checksum but the body's covers a base offset;
     * where one is damaged, all batches from there on look like strays.
     *
     * @throws CorruptSegmentException when batches are missing, or the footer's last offset is damaged
     */
    void checkEnd() {
        long lastOffset = expectedOffset - 1;
        if (lastOffset != segment.lastOffset()) {
            throw segment.otherEnd(lastOffset);
        }
    }

    /** Whether batches without a valid offset were passed. */
    boolean passedStrays() {
        return passedStrays;
    }

    private CorruptSegmentException.Builder corrupt(String problem) {
        return CorruptSegmentException.in(segment.name(), problem).at(position).offset(expectedOffset);
    }

    /** Whether this batch has no valid offset and must not be delivered. */
    boolean stray() {
        return stray;
    }

    /** Where in the object this batch begins. */
    int position() {
        return position;
    }

    /** Where in the object this batch ends. */
    int endPosition() {
        return nextPosition;
    }

    long baseOffset() {
        return baseOffset;
    }

    long lastOffset() {
        return baseOffset + lastOffsetDelta;
    }

    int lastOffsetDelta() {
        return lastOffsetDelta;
    }

    /** How many records the header claims, bounded by the batch's offsets unless it is a stray. */
    int recordCount() {
        return recordCount;
    }

    long baseTimestamp() {
        return longAt(BASE_TIMESTAMP);
    }

    long maxTimestamp() {
        return longAt(MAX_TIMESTAMP);
    }

    int compressionId() {
        return attributes & COMPRESSION_BITS;
    }

    boolean logAppendTime() {
        return (attributes & LOG_APPEND_TIME_BIT) != 0;
    }

    boolean transactional() {
        return (attributes & TRANSACTIONAL_BIT) != 0;
    }

    boolean control() {
        return (attributes & CONTROL_BIT) != 0;
    }

    /** Makes the whole batch available in {@link #array()}, not only its header. */
    void load() {
        at = bytes.load(position, nextPosition - position);
    }

    /** What holds the batch after {@link #load()}. */
    byte[] array() {
        return bytes.array();
    }

    /** Where in {@link #array()} the batch's records begin, or the compressed block that holds them. */
    int recordsFrom() {
        return at + RECORDS;
    }

    /** Where in {@link #array()} the batch ends. */
    int recordsEnd() {
        return at + nextPosition - position;
    }

    /** Compares the checksum of the batch that was loaded with its bytes. */
    void checkCrc() {
        int stored = intAt(CRC);
        int actual = Crc32c.of(bytes.array(), at + ATTRIBUTES, nextPosition - position - ATTRIBUTES);
        if (stored != actual) {
            throw CorruptSegmentException.in(segment.name(), "the batch's CRC-32C does not match its bytes")
                    .at(position)
                    .offset(baseOffset)
                    .expected(Crc32c.format(stored), Crc32c.format(actual))
                    .exception();
        }
    }

    private int intAt(int field) {
        return BigEndian.getInt(bytes.array(), at + field);
    }

    private long longAt(int field) {
        return BigEndian.getLong(bytes.array(), at + field);
    }
}
