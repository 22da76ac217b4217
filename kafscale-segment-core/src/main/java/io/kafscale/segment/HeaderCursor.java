package io.kafscale.segment;

import org.jspecify.annotations.Nullable;

/**
 * Walks a record's headers in the producer's order: a flyweight over
 *
 * <pre>
 * header count varint | ( key length varint | key UTF-8 | value length varint | value )*
 * </pre>
 *
 * <p>Keys may repeat and may be empty; a value may be null. <b>The cursor and its slices are valid as long as the view
 * they come from, and until {@link #next()}; {@link ByteSlice#toBytes()} copies.</b> Not thread safe.
 */
public final class HeaderCursor {

    private final String segmentName;
    private final ByteSlice key = new ByteSlice();
    private final ByteSlice value = new ByteSlice();

    private long offset;
    private byte[] bytes = new byte[0];
    private int position;
    private int end;
    private int count;
    private int remaining;
    private boolean valueIsNull;

    HeaderCursor(String segmentName) {
        this.segmentName = segmentName;
    }

    /**
     * Starts at a record's header count.
     *
     * @param position where the header count begins
     * @param end where the record ends
     */
    HeaderCursor reset(long offset, byte[] bytes, int position, int end) {
        long packed = Varint.readInt(bytes, position, end);
        this.offset = offset;
        this.bytes = bytes;
        this.end = end;
        this.position = Varint.next(packed);
        this.count = Varint.value(packed);
        this.remaining = count;
        // A header takes two bytes or more.
        if (this.position < 0 || count < 0 || count > (end - this.position) / 2) {
            throw corrupt("the header count does not fit into the record");
        }
        if (count == 0 && this.position != end) {
            throw corrupt("bytes follow the record's last header");
        }
        return this;
    }

    /** How many headers the record has. */
    public int count() {
        return count;
    }

    /**
     * Moves to the next header; false after the last.
     *
     * @throws CorruptSegmentException when the header does not lie within its record
     */
    public boolean next() {
        if (remaining == 0) {
            return false;
        }
        long packed = Varint.readInt(bytes, position, end);
        int at = Varint.next(packed);
        int length = Varint.value(packed);
        if (at < 0 || length < 0 || length > end - at) {
            throw corrupt("a header's key does not fit into the record");
        }
        key.wrap(bytes, at, length);
        at += length;
        packed = Varint.readInt(bytes, at, end);
        at = Varint.next(packed);
        length = Varint.value(packed);
        if (at < 0 || length < -1 || length > end - at) {
            throw corrupt("a header's value does not fit into the record");
        }
        valueIsNull = length < 0;
        length = Math.max(0, length);
        value.wrap(bytes, at, length);
        if (remaining == 1 && at + length != end) {
            throw corrupt("bytes follow the record's last header");
        }
        position = at + length;
        remaining--;
        return true;
    }

    /** The header's key as text. Makes a String; {@link #hasKey} and {@link #keySlice()} do not. */
    public String key() {
        return key.toUtf8();
    }

    /** The header's key, UTF-8. */
    public ByteSlice keySlice() {
        return key;
    }

    /** Whether the header's key is {@code name}, without making a String. */
    public boolean hasKey(String name) {
        int length = name.length();
        if (length > key.length()) {
            return false;
        }
        byte[] array = key.array();
        int from = key.offset();
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c >= 0x80) {
                return key.toUtf8().equals(name);
            }
            if (array[from + i] != c) {
                return false;
            }
        }
        return length == key.length();
    }

    /** The header's value, or null. */
    public @Nullable ByteSlice value() {
        return valueIsNull ? null : value;
    }

    /** Walks to the end, so that damage shows now and not when the headers are read. */
    void check() {
        while (next()) {
            // Each step checks.
        }
    }

    private CorruptSegmentException corrupt(String problem) {
        return CorruptSegmentException.in(segmentName, problem).offset(offset).exception();
    }
}
