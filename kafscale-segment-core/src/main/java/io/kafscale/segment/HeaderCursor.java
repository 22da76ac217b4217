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

    private static final int NULL = -1;

    /** A key's length and a value's. */
    private static final int LEAST_LENGTH = 2;

    private final String segmentName;
    private final VarintReader in = new VarintReader();
    private final ByteSlice key = new ByteSlice();
    private final ByteSlice value = new ByteSlice();

    private long offset;
    private int end;
    private int count;
    private int remaining;

    HeaderCursor(String segmentName) {
        this.segmentName = segmentName;
    }

    /** Over another array from now on, in which records are as {@link VarintReader} needs them. */
    void wrap(byte[] bytes) {
        in.reset(bytes, 0);
        key.wrap(bytes);
        value.wrap(bytes);
    }

    /**
     * Starts at a record's header count.
     *
     * @param position where the header count begins
     * @param end where the record ends
     */
    HeaderCursor reset(long offset, int position, int end) {
        this.offset = offset;
        this.end = end;
        in.moveTo(position);
        if (position == end) {
            throw corrupt("the record ends before its headers");
        }
        count = in.readInt();
        remaining = count;
        int left = end - in.position();
        if (count < 0 || count > left / LEAST_LENGTH || (count == 0 && left != 0)) {
            throw corrupt("the header count does not fit the record");
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
        VarintReader in = this.in;
        int keyLength = in.readInt();
        if (keyLength < 0 || keyLength >= end - in.position()) { // the value's length follows
            throw corrupt("a header's key does not fit into the record");
        }
        key.moveTo(in.position(), keyLength);
        in.skip(keyLength);
        int valueLength = in.readInt();
        int valueBytes = Math.max(0, valueLength);
        if (valueLength < NULL || valueBytes > end - in.position()) {
            throw corrupt("a header's value does not fit into the record");
        }
        value.moveTo(in.position(), valueLength);
        in.skip(valueBytes);
        remaining--;
        if (remaining == 0 ? in.position() != end : in.position() == end) {
            throw corrupt("the record's headers do not end where it does");
        }
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
        return value.length() == NULL ? null : value;
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
