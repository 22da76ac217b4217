package io.kafscale.segment;

import org.jspecify.annotations.Nullable;

/**
 * A record copied out of its segment by {@link RecordCursor#copy()}, or made by {@link #builder}: it owns its bytes, one array for key, value and
 * headers, and may be kept for ever. Immutable and thread safe; each call of an accessor makes a new slice or cursor over
 * that array, which nobody may write to.
 */
@SuppressWarnings("JavaLangClash") // the field says record; an import by name beats java.lang.Record
public final class Record implements RecordView {

    private static final int NULL = -1;

    private final String segmentName;
    private final long offset;
    private final long timestamp;
    private final TimestampType timestampType;
    private final byte[] bytes;
    private final int keyLength;
    private final int valueLength;

    /** Takes {@code bytes} over: key, value, and the headers as the segment has them; a length of -1 means null. */
    Record(
            String segmentName,
            long offset,
            long timestamp,
            TimestampType timestampType,
            byte[] bytes,
            int keyLength,
            int valueLength) {
        this.segmentName = segmentName;
        this.offset = offset;
        this.timestamp = timestamp;
        this.timestampType = timestampType;
        this.bytes = bytes;
        this.keyLength = keyLength;
        this.valueLength = valueLength;
    }

    /**
     * Begins a record that does not come from a segment.
     *
     * @param offset its offset in its partition
     * @throws IllegalArgumentException when that is negative
     */
    public static RecordBuilder builder(long offset) {
        return new RecordBuilder(offset);
    }

    /** This record. */
    @Override
    public Record copy() {
        return this;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public long timestamp() {
        return timestamp;
    }

    @Override
    public TimestampType timestampType() {
        return timestampType;
    }

    @Override
    public @Nullable ByteSlice key() {
        return keyLength == NULL ? null : new ByteSlice(bytes, 0, keyLength);
    }

    @Override
    public @Nullable ByteSlice value() {
        return valueLength == NULL ? null : new ByteSlice(bytes, Math.max(0, keyLength), valueLength);
    }

    @Override
    public HeaderCursor headers() {
        int headers = Math.max(0, keyLength) + Math.max(0, valueLength);
        HeaderCursor cursor = new HeaderCursor(segmentName);
        cursor.wrap(bytes);
        return cursor.reset(offset, headers, bytes.length);
    }

    /** The same record with another key; the array is copied. Null for none. */
    public Record withKey(byte @Nullable [] key) {
        return with(key, copyOf(value()));
    }

    /** The same record with another value; the array is copied. Null for a tombstone. */
    public Record withValue(byte @Nullable [] value) {
        return with(copyOf(key()), value);
    }

    private Record with(byte @Nullable [] key, byte @Nullable [] value) {
        int headers = Math.max(0, keyLength) + Math.max(0, valueLength);
        int newKeyLength = key == null ? NULL : key.length;
        int newValueLength = value == null ? NULL : value.length;
        int newHeaders = Math.max(0, newKeyLength) + Math.max(0, newValueLength);
        byte[] copy = new byte[newHeaders + bytes.length - headers];
        if (key != null) {
            System.arraycopy(key, 0, copy, 0, key.length);
        }
        if (value != null) {
            System.arraycopy(value, 0, copy, Math.max(0, newKeyLength), value.length);
        }
        System.arraycopy(bytes, headers, copy, newHeaders, bytes.length - headers);
        return new Record(segmentName, offset, timestamp, timestampType, copy, newKeyLength, newValueLength);
    }

    private static byte @Nullable [] copyOf(@Nullable ByteSlice slice) {
        return slice == null ? null : slice.toBytes();
    }

    /** Offset and sizes, for logs; never the contents. */
    @Override
    public String toString() {
        return "Record[offset=" + offset + ", timestamp=" + timestamp + ", keyLength=" + keyLength + ", valueLength="
                + valueLength + "]";
    }
}
