package io.kafscale.segment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyOutputStream;

/** The variants of each compression that producers send, and damage to them. */
class CodecTest {

    private static final int LIMIT = 1 << 24;
    private static final byte[] TEXT = text();

    private final BatchInflater inflater = new BatchInflater(new AtomicLong());

    @Test
    void gzip_severalMembers_areJoined() throws Exception {
        byte[] two = join(pack(GZIPOutputStream::new, TEXT), pack(GZIPOutputStream::new, "tail".getBytes(UTF_8)));
        assertThat(inflate(Compression.GZIP, two)).isEqualTo(join(TEXT, "tail".getBytes(UTF_8)));
    }

    @Test
    void gzip_everyOptionalHeaderField_isSkipped() throws Exception {
        byte[] plain = pack(GZIPOutputStream::new, TEXT);
        byte[] header = {0x1f, (byte) 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3};
        byte[] fields = {3, 0, 'a', 'b', 'c', 'n', 0, 'c', 0, 9, 9};
        byte[] withFields = join(header, fields, Arrays.copyOfRange(plain, 10, plain.length));
        assertThat(inflate(Compression.GZIP, withFields)).isEqualTo(TEXT);
    }

    @Test
    void gzip_wrongSizeInTrailer_isMalformed() throws Exception {
        byte[] packed = pack(GZIPOutputStream::new, TEXT);
        packed[packed.length - 4] ^= 1;
        assertMalformed(Compression.GZIP, packed, "its gzip CRC-32 or size does not match what was inflated");
    }

    @Test
    void snappy_rawBlock_isInflated() throws Exception {
        assertThat(inflate(Compression.SNAPPY, Snappy.compress(TEXT))).isEqualTo(TEXT);
    }

    @Test
    void snappy_framedStreamsOneAfterAnother_areJoined() throws Exception {
        byte[] framed = pack(out -> new SnappyOutputStream(out, 1 << 10), TEXT);
        assertThat(inflate(Compression.SNAPPY, join(framed, framed))).isEqualTo(join(TEXT, TEXT));
    }

    @Test
    void snappy_blockThatClaimsTooMuch_isMalformed() {
        byte[] claims = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0x03, 0};
        assertMalformed(Compression.SNAPPY, claims, "its snappy data is damaged");
    }

    @Test
    void lz4_framesWithChecksumsAndSize_areJoined() throws Exception {
        byte[] checked = pack(
                out -> new LZ4FrameOutputStream(
                        out,
                        BLOCKSIZE.SIZE_256KB,
                        TEXT.length,
                        FLG.Bits.BLOCK_INDEPENDENCE,
                        FLG.Bits.BLOCK_CHECKSUM,
                        FLG.Bits.CONTENT_CHECKSUM,
                        FLG.Bits.CONTENT_SIZE),
                TEXT);
        byte[] skippable = {0x5a, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 1};
        byte[] plain = pack(out -> new LZ4FrameOutputStream(out, BLOCKSIZE.SIZE_64KB), TEXT);
        assertThat(inflate(Compression.LZ4, join(checked, skippable, plain))).isEqualTo(join(TEXT, TEXT));
    }

    /** The resource was made with {@code lz4 -9 -BD -B4 -BX --content-size}. */
    @Test
    void lz4_linkedBlocks_areInflated() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8_000; i++) {
            text.append("line ").append(i % 900 * 7).append(" of a text that repeats itself\n");
        }
        try (InputStream packed = CodecTest.class.getResourceAsStream("linked-blocks.lz4")) {
            assertThat(new String(inflate(Compression.LZ4, packed.readAllBytes()), UTF_8))
                    .isEqualTo(text.toString());
        }
    }

    @Test
    void lz4_anyByteOfLinkedBlocksDamaged_isMalformed() throws Exception {
        byte[] packed;
        try (InputStream resource = CodecTest.class.getResourceAsStream("linked-blocks.lz4")) {
            packed = resource.readAllBytes();
        }
        for (int i = 0; i < packed.length; i += 7) {
            byte[] damaged = packed.clone();
            damaged[i] ^= 0x10;
            assertThatThrownBy(() -> inflate(Compression.LZ4, damaged))
                    .as("byte %d", i)
                    .isInstanceOf(MalformedBlockException.class);
        }
    }

    /** Too far apart from other inputs for a fuzzer to find it soon. */
    @Test
    void lz4_linkedBlockLargerThanItsFrameAllows_isMalformed() throws Exception {
        assertThat(inflate(Compression.LZ4, linkedBlock(64 << 10))).hasSize(64 << 10);
        assertMalformed(Compression.LZ4, linkedBlock((64 << 10) + 1), "its linked lz4 data is damaged");
        assertMalformed(Compression.LZ4, linkedBlock(128 << 10), "its linked lz4 data is damaged");
    }

    /** A frame of blocks of 64 KiB at most, with one that says "aaa…abcde". */
    private static byte[] linkedBlock(int size) {
        int more = size - 1 - 5 - 4 - 15; // without first literal, last literals, and what the token says
        int length = 4 + more / 255 + 1 + 6;
        ByteBuffer frame = ByteBuffer.allocate(7 + 4 + length + 4).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(0x184d2204)
                .put((byte) 0x40)
                .put((byte) 0x40)
                .put((byte) 0xc0)
                .putInt(length);
        frame.put((byte) 0x1f).put((byte) 'a').putShort((short) 1);
        for (int i = 0; i < more / 255; i++) {
            frame.put((byte) 255);
        }
        frame.put((byte) (more % 255)).put((byte) 0x50).put("abcde".getBytes(UTF_8));
        return frame.putInt(0).array();
    }

    @Test
    void zstd_withAndWithoutContentSize_areJoined() throws Exception {
        byte[] sized = Zstd.compress(TEXT);
        byte[] streamed = pack(ZstdOutputStream::new, TEXT);
        assertThat(Zstd.getFrameContentSize(sized)).isEqualTo(TEXT.length);
        assertThat(Zstd.getFrameContentSize(streamed)).isNotEqualTo(TEXT.length);
        assertThat(inflate(Compression.ZSTD, join(streamed, sized, streamed))).isEqualTo(join(TEXT, TEXT, TEXT));
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void inflate_zeroBytes_yieldsNone(Compression compression) throws Exception {
        assertThat(inflate(compression, packed(compression, new byte[0]))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void inflate_exactlyTheLimit_succeedsAndOneLessIsRefused(Compression compression) throws Exception {
        byte[] content = new byte[100_000];
        byte[] packed = packed(compression, content);
        assertThat(inflater.inflate(compression, packed, 0, packed.length, 200_000))
                .isEqualTo(100_000);
        if (compression != Compression.LZ4) { // which cannot tell before its last block
            assertThat(new BatchInflater(new AtomicLong()).inflate(compression, packed, 0, packed.length, 100_000))
                    .isEqualTo(100_000);
        }
        assertThatThrownBy(() -> inflater.inflate(compression, packed, 0, packed.length, 99_999))
                .isInstanceOf(MalformedBlockException.class)
                .hasMessage(
                        "it inflates to more than 99999 bytes; if that is right, raise ReadOptions.maxInflatedBytes");
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void inflate_cutAnywhere_isMalformed(Compression compression) throws Exception {
        byte[] packed = packed(compression, Arrays.copyOf(TEXT, 20_000));
        for (int length = 0; length < packed.length; length += 1 + length / 50) {
            byte[] cut = Arrays.copyOf(packed, length);
            if (compression == Compression.SNAPPY && length >= 16) {
                continue; // framed blocks carry no end mark; the batch's record count finds out
            }
            assertThatThrownBy(() -> inflate(compression, cut))
                    .as("cut to %d", length)
                    .isInstanceOf(MalformedBlockException.class);
        }
    }

    private byte[] packed(Compression compression, byte[] content) throws IOException {
        return switch (compression) {
            case NONE -> content;
            case GZIP -> pack(GZIPOutputStream::new, content);
            case SNAPPY -> pack(SnappyOutputStream::new, content);
            case LZ4 -> pack(out -> new LZ4FrameOutputStream(out, BLOCKSIZE.SIZE_64KB), content);
            case ZSTD -> pack(ZstdOutputStream::new, content);
        };
    }

    private byte[] inflate(Compression compression, byte[] packed) throws Exception {
        byte[] shifted = new byte[packed.length + 10];
        System.arraycopy(packed, 0, shifted, 5, packed.length);
        int length = inflater.inflate(compression, shifted, 5, packed.length, LIMIT);
        return Arrays.copyOf(inflater.bytes(), length);
    }

    private void assertMalformed(Compression compression, byte[] packed, String message) {
        assertThatThrownBy(() -> inflate(compression, packed))
                .isInstanceOf(MalformedBlockException.class)
                .hasMessage(message);
    }

    private interface Packer {
        OutputStream open(OutputStream out) throws IOException;
    }

    private static byte[] pack(Packer packer, byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = packer.open(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static byte[] text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 300_000; i++) {
            text.append("record ").append(i * 31 % 977).append(';');
        }
        return text.toString().getBytes(UTF_8);
    }
}
