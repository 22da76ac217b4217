package io.kafscale.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes a segment and its index as a KafScale broker does, byte for byte.
 *
 * <pre>{@code
 * WrittenSegment written = new SegmentWriter(1200, createdMillis)
 *         .append(new RecordBatchBuilder().record("key", "value").build())
 *         .finish();
 * written.writeTo(bucket.resolve("default/orders/0"));
 * }</pre>
 *
 * <p>Not thread safe.
 */
public final class SegmentWriter {

    /** Messages between two entries of the index, unless said otherwise: the broker's own default. */
    public static final int DEFAULT_INDEX_INTERVAL = 100;

    private static final byte[] HEADER_MAGIC = {'K', 'A', 'F', 'S'};
    private static final byte[] FOOTER_MAGIC = {'E', 'N', 'D', '!'};
    private static final byte[] INDEX_MAGIC = {'I', 'D', 'X', 0};
    private static final short VERSION = 1;

    private static final int HEADER_LENGTH = 32;
    private static final int FOOTER_LENGTH = 16;
    private static final int INDEX_HEADER_LENGTH = 16;
    private static final int INDEX_ENTRY_LENGTH = Long.BYTES + Integer.BYTES;

    // Where a record batch has them.
    private static final int BATCH_BASE_OFFSET = 0;
    private static final int BATCH_LAST_OFFSET_DELTA = 23;
    private static final int BATCH_RECORD_COUNT = 57;
    private static final int BATCH_HEADER_LENGTH = 61;

    private final long baseOffset;
    private final long createdMillis;
    private final int indexInterval;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final ByteArrayOutputStream index = new ByteArrayOutputStream();

    private long nextOffset;
    private int messageCount;
    private int messagesSinceEntry;

    /** Begins a segment at {@code baseOffset}, created at {@code createdMillis} (Unix milliseconds). */
    public SegmentWriter(long baseOffset, long createdMillis) {
        this(baseOffset, createdMillis, DEFAULT_INDEX_INTERVAL);
    }

    /**
     * Begins a segment.
     *
     * @param indexInterval an index entry is due when this many messages were written since the last
     */
    public SegmentWriter(long baseOffset, long createdMillis, int indexInterval) {
        this.baseOffset = baseOffset;
        this.nextOffset = baseOffset;
        this.createdMillis = createdMillis;
        this.indexInterval = Math.max(1, indexInterval); // as the broker takes it
    }

    /**
     * Appends what one produce request carried for the partition: a record batch, which is given the next offset. Like a
     * broker, it looks at nothing but the first batch's header: of several batches in {@code produced} the others stay
     * without a valid offset ("strays").
     *
     * @throws IllegalArgumentException when {@code produced} is shorter than a batch's header
     */
    public SegmentWriter append(byte[] produced) {
        byte[] assigned = produced.clone();
        checkLength(assigned);
        ByteBuffer.wrap(assigned).putLong(BATCH_BASE_OFFSET, nextOffset);
        return appendAsIs(assigned);
    }

    /**
     * Appends a record batch under the offset that it already has, which may leave a hole, or overlap.
     *
     * @throws IllegalArgumentException when {@code batch} is shorter than a batch's header
     */
    public SegmentWriter appendAsIs(byte[] batch) {
        checkLength(batch);
        ByteBuffer header = ByteBuffer.wrap(batch);
        int messages = header.getInt(BATCH_RECORD_COUNT);
        long first = header.getLong(BATCH_BASE_OFFSET);
        if (index.size() == 0 || messagesSinceEntry >= indexInterval) {
            index.writeBytes(ByteBuffer.allocate(INDEX_ENTRY_LENGTH)
                    .putLong(first)
                    .putInt(HEADER_LENGTH + body.size())
                    .array());
            messagesSinceEntry = 0;
        }
        messagesSinceEntry += messages;
        messageCount += messages;
        nextOffset = first + header.getInt(BATCH_LAST_OFFSET_DELTA) + 1;
        body.writeBytes(batch);
        return this;
    }

    /** The offset that {@link #append} gives next. */
    public long nextOffset() {
        return nextOffset;
    }

    /**
     * The segment and its index.
     *
     * @throws IllegalStateException when nothing was appended: brokers write no empty segments
     */
    public WrittenSegment finish() {
        if (body.size() == 0) {
            throw new IllegalStateException("a segment needs at least one batch");
        }
        return new WrittenSegment(baseOffset, nextOffset, segment(), index());
    }

    private byte[] segment() {
        byte[] batches = body.toByteArray();
        CRC32C crc = new CRC32C();
        crc.update(batches);
        ByteBuffer segment = ByteBuffer.allocate(HEADER_LENGTH + batches.length + FOOTER_LENGTH);
        segment.put(HEADER_MAGIC).putShort(VERSION).putShort((short) 0);
        segment.putLong(baseOffset).putInt(messageCount).putLong(createdMillis).putInt(0);
        segment.put(batches);
        segment.putInt((int) crc.getValue()).putLong(nextOffset - 1).put(FOOTER_MAGIC);
        return segment.array();
    }

    private byte[] index() {
        int entries = index.size() / INDEX_ENTRY_LENGTH;
        ByteBuffer bytes = ByteBuffer.allocate(INDEX_HEADER_LENGTH + index.size());
        bytes.put(INDEX_MAGIC).putShort(VERSION).putInt(entries).putInt(indexInterval);
        bytes.putShort((short) 0).put(index.toByteArray());
        return bytes.array();
    }

    private static void checkLength(byte[] batch) {
        if (batch.length < BATCH_HEADER_LENGTH) {
            throw new IllegalArgumentException(
                    "a record batch has at least " + BATCH_HEADER_LENGTH + " bytes, not " + batch.length);
        }
    }
}
