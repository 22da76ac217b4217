package io.kafscale.segment;

/**
 * Reads the fields of records one after another: zig-zag LEB128, variable-length integers of seven bits a byte, the least
 * significant first, where the eighth bit says that more follow. An int takes at most 5 bytes, a long at most 10.
 *
 * <p><b>It does not know where a record ends.</b> So that damaged bytes cannot lead it out of the array, its user begins
 * each field before the record's end and compares {@link #position()} with that end before moving on by a length that was
 * read; and behind the last record the array has at least {@link #SLACK} bytes more, which a segment's footer provides.
 * That spares a comparison per byte, and this is the innermost loop of all.
 *
 * <p>One- and two-byte numbers, which most are, are read without a loop. Not thread safe.
 */
final class VarintReader {

    /** How many bytes must follow the last record in its array. */
    static final int SLACK = SegmentFrame.FOOTER_LENGTH;

    /** What an int of more than 5 bytes reads as; no length and no offset delta is like that. */
    static final int OVERLONG = Integer.MIN_VALUE;

    private static final int BITS = 7;
    private static final int LOW_BITS = 0x7f;
    private static final int MAX_INT_SHIFT = 4 * BITS;
    private static final int MAX_LONG_SHIFT = 9 * BITS;

    private byte[] bytes = ByteSlice.EMPTY;
    private int position;
    private boolean overlong;

    void reset(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
        this.overlong = false;
    }

    /** Where the next field begins. */
    int position() {
        return position;
    }

    void moveTo(int position) {
        this.position = position;
    }

    void skip(int count) {
        position += count;
    }

    /** The number, or {@link #OVERLONG} when it has more than 5 bytes. */
    int readInt() {
        byte[] bytes = this.bytes;
        int at = position;
        int raw = bytes[at++];
        if (raw < 0) {
            int second = bytes[at++];
            if (second < 0) {
                return readLongerInt();
            }
            raw = (raw & LOW_BITS) | second << BITS;
        }
        position = at;
        return signed(raw);
    }

    /** The number; when it has more than 10 bytes, 0, and {@link #overlong()} is true from then on. */
    long readLong() {
        byte[] bytes = this.bytes;
        int at = position;
        int raw = bytes[at++];
        if (raw < 0) {
            int second = bytes[at++];
            if (second < 0) {
                return readLongerLong();
            }
            raw = (raw & LOW_BITS) | second << BITS;
        }
        position = at;
        return signed(raw);
    }

    boolean overlong() {
        return overlong;
    }

    private int readLongerInt() {
        int raw = 0;
        for (int shift = 0; shift <= MAX_INT_SHIFT; shift += BITS) {
            int b = bytes[position++];
            raw |= (b & LOW_BITS) << shift;
            if (b >= 0) {
                return signed(raw);
            }
        }
        return OVERLONG;
    }

    private long readLongerLong() {
        long raw = 0;
        for (int shift = 0; shift <= MAX_LONG_SHIFT; shift += BITS) {
            long b = bytes[position++];
            raw |= (b & LOW_BITS) << shift;
            if (b >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        overlong = true;
        return 0;
    }

    /** Undoes the zig-zag: 0, 1, 2, 3 … stand for 0, -1, 1, -2 … */
    private static int signed(int raw) {
        return (raw >>> 1) ^ -(raw & 1);
    }
}
