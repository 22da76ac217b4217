package io.kafscale.segment;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * One or more gzip members (RFC 1952), each
 *
 * <pre>
 * 0  1f 8b 08 | 3 flags | 4 time | 8 extra flags | 9 system | 10 optional fields, by flags
 * deflated bytes | CRC-32 int32 | size modulo 2^32 int32      (both little-endian)
 * </pre>
 *
 * <p>The JDK's GZIPInputStream does the same through small buffers; here a member is inflated in one call.
 */
final class GzipCodec implements Codec {

    private static final int MAGIC_AND_DEFLATE = 0x1f8b08;
    private static final int FLAGS = 3;
    private static final int HEADER_LENGTH = 10;
    private static final int TRAILER_LENGTH = 8;

    private static final int HEADER_CRC_FLAG = 0x02;
    private static final int EXTRA_FLAG = 0x04;
    private static final int NAME_FLAG = 0x08;
    private static final int COMMENT_FLAG = 0x10;

    /** No deflated byte stands for more than this many (zlib's technical notes). */
    private static final long MOST_PER_BYTE = 1032;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();

    @Override
    public void inflate(byte[] source, int from, int length, InflatedBytes target) throws MalformedBlockException {
        int end = from + length;
        if (length < HEADER_LENGTH + TRAILER_LENGTH) {
            throw new MalformedBlockException("it is too short for gzip");
        }
        // The last member's size, which is the whole size of all but the oddest batches.
        long claimed = LittleEndian.getUnsignedInt(source, end - Integer.BYTES);
        target.reserve(Math.min(claimed, length * MOST_PER_BYTE));
        int position = from;
        while (position < end) {
            position = inflateMember(source, position, end, target);
        }
    }

    private int inflateMember(byte[] source, int from, int end, InflatedBytes target) throws MalformedBlockException {
        int deflated = skipHeader(source, from, end);
        int start = target.length();
        inflater.reset();
        inflater.setInput(source, deflated, end - deflated);
        try {
            while (!inflater.finished()) {
                // One byte more than there should be, so that a member of just the size at hand is seen to end.
                int count = inflater.inflate(target.array(), target.length(), target.room() + 1);
                target.advance(count);
                if (target.room() < 0) {
                    target.grow();
                } else if (count == 0 && !inflater.finished()) {
                    throw new MalformedBlockException("its gzip data ends too early");
                }
            }
        } catch (DataFormatException e) {
            throw new MalformedBlockException("its gzip data is damaged", e);
        }
        int trailer = end - inflater.getRemaining();
        checkTrailer(source, trailer, end, target, start);
        return trailer + TRAILER_LENGTH;
    }

    private static int skipHeader(byte[] source, int from, int end) throws MalformedBlockException {
        if (end - from < HEADER_LENGTH || BigEndian.getInt(source, from) >>> 8 != MAGIC_AND_DEFLATE) {
            throw new MalformedBlockException("a gzip member does not begin with 1f8b08");
        }
        int flags = source[from + FLAGS];
        int position = from + HEADER_LENGTH;
        if ((flags & EXTRA_FLAG) != 0) {
            require(Short.BYTES, position, end);
            int extra = LittleEndian.getUnsignedShort(source, position);
            require(Short.BYTES + extra, position, end);
            position += Short.BYTES + extra;
        }
        if ((flags & NAME_FLAG) != 0) {
            position = skipText(source, position, end);
        }
        if ((flags & COMMENT_FLAG) != 0) {
            position = skipText(source, position, end);
        }
        if ((flags & HEADER_CRC_FLAG) != 0) {
            require(Short.BYTES, position, end);
            position += Short.BYTES;
        }
        return position;
    }

    private static int skipText(byte[] source, int from, int end) throws MalformedBlockException {
        int position = from;
        do {
            require(1, position, end);
        } while (source[position++] != 0);
        return position;
    }

    private void checkTrailer(byte[] source, int trailer, int end, InflatedBytes target, int start)
            throws MalformedBlockException {
        require(TRAILER_LENGTH, trailer, end);
        int size = target.length() - start;
        crc.reset();
        crc.update(target.array(), start, size);
        if (LittleEndian.getUnsignedInt(source, trailer) != crc.getValue()
                || LittleEndian.getUnsignedInt(source, trailer + Integer.BYTES) != size) {
            throw new MalformedBlockException("its gzip CRC-32 or size does not match what was inflated");
        }
    }

    private static void require(int count, int position, int end) throws MalformedBlockException {
        if (count > end - position) {
            throw new MalformedBlockException("it ends within a gzip header or trailer");
        }
    }
}
