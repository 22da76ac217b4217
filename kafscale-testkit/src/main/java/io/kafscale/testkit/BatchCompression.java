package io.kafscale.testkit;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyOutputStream;

/** How the records of a batch are packed: the variants that producers send. */
public enum BatchCompression {
    /** Not at all. */
    NONE(0),
    /** One gzip member. */
    GZIP(1),
    /** Blocks in the framing that Java producers send. */
    SNAPPY_FRAMED(2),
    /** One bare block, as librdkafka and Go producers send it. */
    SNAPPY_RAW(2),
    /** LZ4's frame format, independent blocks of 64 KiB. */
    LZ4(3),
    /** One frame that says how much it holds, as C and Go producers send it. */
    ZSTD(4),
    /** One frame that does not say how much it holds, as Java producers send it. */
    ZSTD_STREAMED(4);

    private final int id;

    BatchCompression(int id) {
        this.id = id;
    }

    /** The number in the batch's attributes. */
    int id() {
        return id;
    }

    byte[] compress(byte[] records) {
        try {
            return switch (this) {
                case NONE -> records;
                case GZIP -> stream(GZIPOutputStream::new, records);
                case SNAPPY_FRAMED -> stream(SnappyOutputStream::new, records);
                case SNAPPY_RAW -> Snappy.compress(records);
                case LZ4 -> stream(out -> new LZ4FrameOutputStream(out, BLOCKSIZE.SIZE_64KB), records);
                case ZSTD -> Zstd.compress(records);
                case ZSTD_STREAMED -> stream(ZstdOutputStream::new, records);
            };
        } catch (IOException e) {
            throw new UncheckedIOException("compressing in memory failed", e);
        }
    }

    private interface Packing {
        OutputStream into(OutputStream target) throws IOException;
    }

    private static byte[] stream(Packing packing, byte[] records) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = packing.into(packed)) {
            out.write(records);
        }
        return packed.toByteArray();
    }
}
