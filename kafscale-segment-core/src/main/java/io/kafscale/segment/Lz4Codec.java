package io.kafscale.segment;

import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * One or more frames of LZ4's frame format 1.6, each (little-endian)
 *
 * <pre>
 * 184D2204 | flags int8 | block size int8 | content size int64, if flagged | header checksum int8
 * ( block size int32, top bit: stored | block | block checksum int32, if flagged )*
 * 0 int32 | content checksum int32, if flagged
 * </pre>
 *
 * <p>Blocks are inflated by the native decompressor that checks bounds. It cannot see the block before, so linked blocks,
 * which hardly any producer makes, go through {@link Lz4Block}.
 */
final class Lz4Codec implements Codec {

    private static final int MAGIC = 0x184d2204;
    private static final int SKIPPABLE_MAGIC = 0x184d2a50; // to ...5f
    private static final int SKIPPABLE_MASK = 0xfffffff0;

    private static final int VERSION_MASK = 0xc0;
    private static final int VERSION = 0x40;
    private static final int INDEPENDENT_FLAG = 0x20;
    private static final int BLOCK_CHECKSUM_FLAG = 0x10;
    private static final int CONTENT_SIZE_FLAG = 0x08;
    private static final int CONTENT_CHECKSUM_FLAG = 0x04;
    private static final int DICTIONARY_FLAG = 0x01;

    private static final int STORED_BIT = 0x80000000;
    private static final int LEAST_BLOCK_SIZE_CODE = 4; // 64 KiB; each further one four times that

    /** No compressed byte stands for more than this many. */
    private static final long MOST_PER_BYTE = 255;

    private final LZ4SafeDecompressor decompressor =
            LZ4Factory.fastestInstance().safeDecompressor();
    private final XXHash32 hash = XXHashFactory.fastestInstance().hash32();

    @Override
    public void inflate(byte[] source, int from, int length, InflatedBytes target) throws MalformedBlockException {
        int end = from + length;
        int position = from;
        do {
            require(Integer.BYTES, position, end);
            int magic = LittleEndian.getInt(source, position);
            position += Integer.BYTES;
            if (magic == MAGIC) {
                position = inflateFrame(source, position, end, target);
            } else if ((magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
                require(Integer.BYTES, position, end);
                int size = LittleEndian.getInt(source, position);
                position += Integer.BYTES;
                require(size, position, end);
                position += size;
            } else {
                throw new MalformedBlockException("an lz4 frame does not begin with the magic 184D2204");
            }
        } while (position < end);
    }

    private int inflateFrame(byte[] source, int from, int end, InflatedBytes target) throws MalformedBlockException {
        require(3, from, end);
        int flags = source[from];
        int position = from + 2;
        long contentSize = -1;
        if ((flags & VERSION_MASK) != VERSION || (flags & DICTIONARY_FLAG) != 0) {
            throw new MalformedBlockException("its lz4 frame has another version than 1, or needs a dictionary");
        }
        if ((flags & CONTENT_SIZE_FLAG) != 0) {
            require(Long.BYTES + 1, position, end);
            contentSize = LittleEndian.getLong(source, position);
            position += Long.BYTES;
        }
        if (source[position] != (byte) (hash.hash(source, from, position - from, 0) >>> 8)) {
            throw new MalformedBlockException("the checksum of its lz4 frame's header does not match");
        }
        position++;
        if (contentSize > 0) {
            target.reserve(Math.min(contentSize, (end - position) * MOST_PER_BYTE));
        }
        int start = target.length();
        position = inflateBlocks(source, position, end, flags, mostPerBlock(source[from + 1]), target);
        if (contentSize >= 0 && target.length() - start != contentSize) {
            throw new MalformedBlockException("its lz4 frame inflates to " + (target.length() - start) + " bytes where "
                    + contentSize + " were announced");
        }
        if ((flags & CONTENT_CHECKSUM_FLAG) != 0) {
            require(Integer.BYTES, position, end);
            checkHash(target.array(), start, target.length() - start, LittleEndian.getInt(source, position), "content");
            position += Integer.BYTES;
        }
        return position;
    }

    private int inflateBlocks(byte[] source, int from, int end, int flags, int mostPerBlock, InflatedBytes target)
            throws MalformedBlockException {
        boolean linked = (flags & INDEPENDENT_FLAG) == 0;
        int frameStart = target.length();
        int position = from;
        while (true) {
            require(Integer.BYTES, position, end);
            int header = LittleEndian.getInt(source, position);
            position += Integer.BYTES;
            if (header == 0) {
                return position;
            }
            int size = header & ~STORED_BIT;
            require(size, position, end);
            target.reserve(Math.min(mostPerBlock, size * MOST_PER_BYTE));
            if ((header & STORED_BIT) != 0) {
                copyStored(source, position, size, mostPerBlock, target);
            } else if (linked) {
                Lz4Block.inflate(source, position, size, frameStart, mostPerBlock, target);
            } else {
                inflateBlock(source, position, size, mostPerBlock, target);
            }
            if ((flags & BLOCK_CHECKSUM_FLAG) != 0) {
                require(Integer.BYTES, position + size, end);
                checkHash(source, position, size, LittleEndian.getInt(source, position + size), "block");
                position += Integer.BYTES;
            }
            position += size;
        }
    }

    private static void copyStored(byte[] source, int from, int size, int mostPerBlock, InflatedBytes target)
            throws MalformedBlockException {
        if (size > mostPerBlock) {
            throw new MalformedBlockException(
                    "a stored lz4 block has " + size + " bytes where its frame allows " + mostPerBlock);
        }
        System.arraycopy(source, from, target.array(), target.length(), size);
        target.advance(size);
    }

    private void inflateBlock(byte[] source, int from, int size, int mostPerBlock, InflatedBytes target)
            throws MalformedBlockException {
        try {
            int most = Math.min(mostPerBlock, target.room());
            target.advance(decompressor.decompress(source, from, size, target.array(), target.length(), most));
        } catch (LZ4Exception e) {
            throw new MalformedBlockException("its lz4 data is damaged", e);
        }
    }

    private void checkHash(byte[] bytes, int from, int length, int stored, String what) throws MalformedBlockException {
        if (hash.hash(bytes, from, length, 0) != stored) {
            throw new MalformedBlockException("the checksum of its lz4 " + what + " does not match");
        }
    }

    private static void require(int count, int position, int end) throws MalformedBlockException {
        if (count < 0 || count > end - position) {
            throw new MalformedBlockException("it ends within an lz4 frame");
        }
    }

    private static int mostPerBlock(int descriptor) throws MalformedBlockException {
        int code = descriptor >>> 4 & 0x07;
        if (code < LEAST_BLOCK_SIZE_CODE) {
            throw new MalformedBlockException("its lz4 frame has unknown block size " + code);
        }
        return 1 << (8 + 2 * code);
    }
}
