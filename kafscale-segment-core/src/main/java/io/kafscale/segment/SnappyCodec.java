package io.kafscale.segment;

import java.io.IOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * Snappy, in either of the two ways in which producers send it: one raw block (librdkafka, Go), or the framing of
 * snappy-java's streams (Java)
 *
 * <pre>
 * 82 "SNAPPY" 00 | version int32 | compatible int32 | ( length int32 | raw block )*      (big-endian)
 * </pre>
 *
 * <p>A raw block says how much it inflates to in its first bytes. None begins like the framing: its third byte would be a
 * reference to bytes before the first.
 */
final class SnappyCodec implements Codec {

    private static final byte[] FRAMING_MAGIC = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
    private static final int FRAMING_HEADER_LENGTH = FRAMING_MAGIC.length + 2 * Integer.BYTES;

    /** Fails with a LinkageError when the library is not there or does not work on this machine. */
    SnappyCodec() {
        Snappy.maxCompressedLength(0);
    }

    @Override
    public void inflate(byte[] source, int from, int length, InflatedBytes target) throws MalformedBlockException {
        if (!hasFraming(source, from, length)) {
            inflateBlock(source, from, length, target);
            return;
        }
        int end = from + length;
        int position = from;
        while (position < end) {
            if (hasFraming(source, position, end - position)) { // streams may follow one another
                position += FRAMING_HEADER_LENGTH;
                continue;
            }
            if (end - position < Integer.BYTES) {
                throw new MalformedBlockException("it ends within the length of a snappy block");
            }
            int block = BigEndian.getInt(source, position);
            position += Integer.BYTES;
            if (block <= 0 || block > end - position) {
                throw new MalformedBlockException(
                        "a snappy block claims " + block + " bytes where " + (end - position) + " are left");
            }
            inflateBlock(source, position, block, target);
            position += block;
        }
    }

    private static boolean hasFraming(byte[] source, int from, int length) {
        return length >= FRAMING_HEADER_LENGTH
                && Arrays.equals(source, from, from + FRAMING_MAGIC.length, FRAMING_MAGIC, 0, FRAMING_MAGIC.length);
    }

    private static void inflateBlock(byte[] source, int from, int length, InflatedBytes target)
            throws MalformedBlockException {
        try {
            // The library refuses a claim that the block's bytes cannot hold.
            int size = Snappy.uncompressedLength(source, from, length);
            target.reserve(size);
            target.advance(Snappy.rawUncompress(source, from, length, target.array(), target.length()));
        } catch (IOException e) {
            throw new MalformedBlockException("its snappy data is damaged", e);
        }
    }
}
