package io.kafscale.cli;

import io.kafscale.segment.ByteSlice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/** How keys, values and header values, which are bytes, are written as text. */
enum BytesFormat {
    /** As text; what is not UTF-8 becomes U+FFFD. */
    UTF8 {
        @Override
        byte[] encode(byte[] bytes, int from, int count) {
            String text = new String(bytes, from, count, StandardCharsets.UTF_8);
            return text.getBytes(StandardCharsets.UTF_8);
        }
    },
    /** Base64 with padding, RFC 4648. */
    BASE64 {
        @Override
        byte[] encode(byte[] bytes, int from, int count) {
            ByteBuffer encoded = Base64.getEncoder().encode(ByteBuffer.wrap(bytes, from, count));
            return encoded.array(); // exactly as long as what is in it
        }
    },
    /** Two lower-case hexadecimal digits a byte. */
    HEX {
        @Override
        byte[] encode(byte[] bytes, int from, int count) {
            return HexFormat.of().formatHex(bytes, from, from + count).getBytes(StandardCharsets.ISO_8859_1);
        }
    };

    /** UTF-8 text. */
    abstract byte[] encode(byte[] bytes, int from, int count);

    byte[] encode(ByteSlice slice) {
        return encode(slice.array(), slice.offset(), slice.length());
    }

    /** As it is given on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
