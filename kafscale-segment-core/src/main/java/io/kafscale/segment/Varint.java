package io.kafscale.segment;

/**
 * Zig-zag LEB128, the variable-length integers inside a record: seven bits a byte, the least significant first, the
 * eighth says that more follow. An int takes at most 5 bytes, a long at most 10.
 *
 * <p>Reading yields two numbers, the value and where the next field begins. They come back packed into one long, so that
 * nothing is allocated and no field written while records are decoded.
 */
final class Varint {

    /** What {@link #readInt} answers when the bytes end before the varint does, or it has more than 5 of them. */
    static final long MALFORMED = -1L;

    private static final int MAX_INT_BYTES = 5;
    private static final int MAX_LONG_BYTES = 10;

    private Varint() {}

    /**
     * Reads an int at {@code position}, never a byte at or beyond {@code limit}.
     *
     * @return value and next position, for {@link #value} and {@link #next}; or {@link #MALFORMED}
     */
    static long readInt(byte[] bytes, int position, int limit) {
        if (position < limit) {
            int first = bytes[position];
            if (first >= 0) {
                return pack((first >>> 1) ^ -(first & 1), position + 1);
            }
        }
        return readLongerInt(bytes, position, limit);
    }

    private static long readLongerInt(byte[] bytes, int position, int limit) {
        int end = Math.min(limit, position + MAX_INT_BYTES);
        int raw = 0;
        int shift = 0;
        for (int at = position; at < end; at++, shift += 7) {
            int b = bytes[at];
            raw |= (b & 0x7f) << shift;
            if (b >= 0) {
                return pack((raw >>> 1) ^ -(raw & 1), at + 1);
            }
        }
        return MALFORMED;
    }

    /** The integer of what {@link #readInt} returned. */
    static int value(long packed) {
        return (int) (packed >>> 32);
    }

    /** Where the next field begins, of what {@link #readInt} returned; negative when that was {@link #MALFORMED}. */
    static int next(long packed) {
        return (int) packed;
    }

    /**
     * Where the varint that begins at {@code position} ends, of at most 10 bytes.
     *
     * @return the position after its last byte, or -1 when the bytes end before it does or it is too long
     */
    static int endOfLong(byte[] bytes, int position, int limit) {
        int end = Math.min(limit, position + MAX_LONG_BYTES);
        for (int at = position; at < end; at++) {
            if (bytes[at] >= 0) {
                return at + 1;
            }
        }
        return -1;
    }

    /** The value of a varint that is known to span {@code [position, end)}. */
    static long longBetween(byte[] bytes, int position, int end) {
        long raw = 0;
        for (int at = end - 1; at >= position; at--) {
            raw = raw << 7 | (bytes[at] & 0x7f);
        }
        return (raw >>> 1) ^ -(raw & 1);
    }

    private static long pack(int value, int next) {
        return (long) value << 32 | next;
    }
}
