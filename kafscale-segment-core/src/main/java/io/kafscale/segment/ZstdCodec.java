package io.kafscale.segment;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.lang.ref.Cleaner;

/**
 * One or more Zstandard frames (RFC 8878). Go and C producers write the content's size into the frame; Java's, which
 * stream, do not: then the size of the batches before is tried, and doubled while it does not do.
 */
final class ZstdCodec implements Codec {

    /** Frees the native context of a codec that was dropped; nothing tells a codec that it is no longer needed. */
    private static final Cleaner CLEANER = Cleaner.create();

    /** A block stands for at most 128 KiB, and the smallest, one byte repeated, takes 4 bytes. */
    private static final long MOST_PER_BLOCK = 128 << 10;

    private static final int LEAST_BLOCK_LENGTH = 4;

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();

    ZstdCodec() {
        CLEANER.register(this, context::close);
    }

    @Override
    public void inflate(byte[] source, int from, int length, InflatedBytes target) throws MalformedBlockException {
        reserveClaimed(source, from, length, target);
        while (true) {
            try {
                target.advance(context.decompressByteArray(target.array(), 0, target.room(), source, from, length));
                return;
            } catch (ZstdException e) {
                if (e.getErrorCode() != Zstd.errDstSizeTooSmall()) {
                    throw new MalformedBlockException("its zstd data is damaged: " + e.getMessage(), e);
                }
            }
            target.grow();
        }
    }

    private static void reserveClaimed(byte[] source, int from, int length, InflatedBytes target)
            throws MalformedBlockException {
        long claimed = Zstd.getFrameContentSize(source, from, length);
        if (claimed > 0) {
            target.reserve(Math.min(claimed, (length / LEAST_BLOCK_LENGTH + 1) * MOST_PER_BLOCK));
        }
    }
}
