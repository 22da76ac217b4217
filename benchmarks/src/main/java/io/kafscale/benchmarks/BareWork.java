package io.kafscale.benchmarks;

import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.xerial.snappy.Snappy;

/**
 * What no reader of a segment can leave out, done in the quickest way there is and with nothing around it: the codec's
 * library over each block, or, where nothing is packed, the checksum over the bytes. A reader cannot be faster; how near
 * it comes says how much there is left to gain.
 */
final class BareWork {

    private static final int BATCH_HEADER = 61;
    private static final int GZIP_HEADER = 10;
    private static final int FRAMED_SNAPPY_HEADER = 16;
    private static final int LZ4_FRAME_HEADER = 7;
    private static final int ROOM = 1 << 20;

    /** One call of the codec's library, on a block of the body. */
    @FunctionalInterface
    private interface Call {
        int run(int from, int length) throws IOException, DataFormatException;
    }

    private record Block(int from, int length) {}

    private final byte[] body;
    private final byte[] room = new byte[ROOM];
    private final List<Block> blocks = new ArrayList<>();
    private final Call call;

    BareWork(DecodeRow row, byte[] body) {
        this.body = body;
        ByteBuffer batches = ByteBuffer.wrap(body);
        for (int batch = 0; batch < body.length; ) {
            int length = 12 + batches.getInt(batch + 8);
            cut(row, batches, batch + BATCH_HEADER, batch + length);
            batch += length;
        }
        this.call = call(row);
    }

    private void cut(DecodeRow row, ByteBuffer batches, int from, int end) {
        switch (row.compression()) {
            case GZIP -> blocks.add(new Block(from + GZIP_HEADER, end - from - GZIP_HEADER));
            case SNAPPY_FRAMED -> {
                for (int at = from + FRAMED_SNAPPY_HEADER; at < end; ) {
                    Block block = new Block(at + Integer.BYTES, batches.getInt(at));
                    blocks.add(block);
                    at = block.from + block.length;
                }
            }
            case LZ4 -> {
                ByteBuffer frame = batches.duplicate().order(ByteOrder.LITTLE_ENDIAN);
                int at = from + LZ4_FRAME_HEADER;
                for (int length = frame.getInt(at); length != 0; length = frame.getInt(at)) {
                    blocks.add(new Block(at + Integer.BYTES, length));
                    at += Integer.BYTES + length;
                }
            }
            default -> blocks.add(new Block(from, end - from));
        }
    }

    private Call call(DecodeRow row) {
        return switch (row.compression()) {
            case NONE -> {
                CRC32C crc = new CRC32C();
                yield (from, length) -> {
                    crc.reset();
                    crc.update(body, from, length);
                    return (int) crc.getValue();
                };
            }
            case GZIP -> {
                Inflater inflater = new Inflater(true);
                yield (from, length) -> {
                    inflater.reset();
                    inflater.setInput(body, from, length);
                    return inflater.inflate(room);
                };
            }
            case SNAPPY_FRAMED, SNAPPY_RAW -> (from, length) -> Snappy.uncompress(body, from, length, room, 0);
            case LZ4 -> {
                LZ4SafeDecompressor decompressor = LZ4Factory.fastestInstance().safeDecompressor();
                yield (from, length) -> decompressor.decompress(body, from, length, room, 0, ROOM);
            }
            case ZSTD, ZSTD_STREAMED -> {
                ZstdDecompressCtx context = new ZstdDecompressCtx();
                yield (from, length) -> context.decompressByteArray(room, 0, ROOM, body, from, length);
            }
        };
    }

    /** Over the whole body, once. */
    long run() {
        long sum = 0;
        try {
            for (Block block : blocks) {
                sum += call.run(block.from, block.length);
            }
        } catch (IOException | DataFormatException e) {
            throw new IllegalStateException("a sample that its codec cannot read", e);
        }
        return sum;
    }
}
