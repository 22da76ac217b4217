package io.kafscale.segment;

/**
 * Inflates an LZ4 block that may refer back to the blocks before it. A block is a run of sequences
 *
 * <pre>
 * token int8: literal length in the upper half, match length - 4 in the lower; 15 means that bytes to be added follow
 * [literal length bytes] | literals | distance int16, little-endian | [match length bytes]
 * </pre>
 *
 * <p>and ends after the literals of the last one.
 */
final class Lz4Block {

    private static final int LEAST_MATCH = 4;
    private static final int MORE_FOLLOW = 15;

    private final byte[] source;
    private final int end;
    private int position;

    private Lz4Block(byte[] source, int from, int length) {
        this.source = source;
        this.position = from;
        this.end = from + length;
    }

    /**
     * Appends to {@code target}, in which room was made.
     *
     * @param prefix where in the target the bytes begin to which the block may refer
     * @param most what the block may inflate to
     */
    static void inflate(byte[] source, int from, int length, int prefix, int most, InflatedBytes target)
            throws MalformedBlockException {
        int room = Math.min(most, target.room());
        target.advance(new Lz4Block(source, from, length).inflate(target.array(), target.length(), prefix, room));
    }

    private int inflate(byte[] target, int start, int prefix, int room) throws MalformedBlockException {
        int limit = start + room;
        int at = start;
        while (position < end) {
            int token = source[position++];
            int literals = length(token >>> 4 & 0x0f);
            if (literals > end - position || literals > limit - at) {
                throw damaged();
            }
            System.arraycopy(source, position, target, at, literals);
            position += literals;
            at += literals;
            if (position == end) {
                return at - start;
            }
            if (end - position < Short.BYTES) {
                throw damaged();
            }
            int distance = LittleEndian.getUnsignedShort(source, position);
            position += Short.BYTES;
            int match = length(token & 0x0f) + LEAST_MATCH;
            if (distance == 0 || distance > at - prefix || match > limit - at) {
                throw damaged();
            }
            // Byte by byte: a match may overlap what it makes.
            for (int i = 0; i < match; i++) {
                target[at + i] = target[at + i - distance];
            }
            at += match;
        }
        throw damaged();
    }

    private int length(int nibble) throws MalformedBlockException {
        int length = nibble;
        if (nibble == MORE_FOLLOW) {
            int more;
            do {
                if (position == end || length > Integer.MAX_VALUE - 2 * 255) {
                    throw damaged();
                }
                more = source[position++] & 0xff;
                length += more;
            } while (more == 255);
        }
        return length;
    }

    private static MalformedBlockException damaged() {
        return new MalformedBlockException("its linked lz4 data is damaged");
    }
}
