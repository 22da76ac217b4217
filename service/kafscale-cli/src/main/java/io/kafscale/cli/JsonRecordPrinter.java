package io.kafscale.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a record, on one line:
 *
 * <pre>
 * {"topic":"orders","partition":0,"offset":7,"timestamp":1767225600000,"timestampType":"CreateTime",
 *  "key":"k","value":null,"headers":[["name","value"],["name",null]]}
 * </pre>
 */
final class JsonRecordPrinter implements RecordPrinter {

    private static final byte[] NULL = "null".getBytes(UTF_8);
    private static final byte[] TIMESTAMP = ",\"timestamp\":".getBytes(UTF_8);
    private static final byte[] TIMESTAMP_TYPE = ",\"timestampType\":\"".getBytes(UTF_8);
    private static final byte[] KEY = "\",\"key\":".getBytes(UTF_8);
    private static final byte[] VALUE = ",\"value\":".getBytes(UTF_8);
    private static final byte[] HEADERS = ",\"headers\":[".getBytes(UTF_8);
    private static final byte[] END = "]}\n".getBytes(UTF_8);
    private static final char[] HEX_DIGITS = "0123456789abcdef".toCharArray();

    private final Output out;
    private final BytesFormat bytesFormat;
    private byte[] beginning = new byte[0];

    JsonRecordPrinter(Output out, BytesFormat bytesFormat) {
        this.out = out;
        this.bytesFormat = bytesFormat;
    }

    @Override
    public void begin(@Nullable TopicPartition partition) {
        // A topic's legal name has nothing to escape.
        String text = partition == null
                ? "{\"topic\":null,\"partition\":null,\"offset\":"
                : "{\"topic\":\"" + partition.topic() + "\",\"partition\":" + partition.partition() + ",\"offset\":";
        beginning = text.getBytes(UTF_8);
    }

    @Override
    public void print(RecordView record) throws IOException {
        HeaderCursor headers = record.headers();
        out.write(beginning);
        out.write(record.offset());
        out.write(TIMESTAMP);
        out.write(record.timestamp());
        out.write(TIMESTAMP_TYPE);
        out.write(record.timestampType().toString());
        out.write(KEY);
        bytes(record.key());
        out.write(VALUE);
        bytes(record.value());
        out.write(HEADERS);
        for (boolean first = true; headers.next(); first = false) {
            out.write(first ? "[" : ",[");
            text(headers.keySlice());
            out.write(',');
            bytes(headers.value());
            out.write(']');
        }
        out.write(END);
    }

    private void bytes(@Nullable ByteSlice slice) throws IOException {
        if (slice == null) {
            out.write(NULL);
        } else if (bytesFormat == BytesFormat.UTF8) {
            text(slice);
        } else {
            out.write('"');
            out.write(bytesFormat.encode(slice)); // nothing in it needs escaping
            out.write('"');
        }
    }

    private void text(ByteSlice slice) throws IOException {
        byte[] bytes = slice.array();
        int from = slice.offset();
        int end = from + slice.length();
        out.write('"');
        int at = from;
        while (at < end && isPlain(bytes[at])) {
            at++;
        }
        if (at < end) { // it may not be UTF-8, and that would not be JSON
            bytes = BytesFormat.UTF8.encode(slice);
            from = 0;
            end = bytes.length;
            at = 0;
        }
        for (; at < end; at++) {
            if (needsEscape(bytes[at])) {
                out.write(bytes, from, at - from);
                escape(bytes[at]);
                from = at + 1;
            }
        }
        out.write(bytes, from, end - from);
        out.write('"');
    }

    /** ASCII that stands for itself. */
    private static boolean isPlain(byte b) {
        return b >= ' ' && b != '"' && b != '\\';
    }

    private static boolean needsEscape(byte b) {
        return b >= 0 && !isPlain(b);
    }

    private void escape(byte b) throws IOException {
        out.write('\\');
        switch (b) {
            case '"', '\\' -> out.write((char) b);
            case '\n' -> out.write('n');
            case '\r' -> out.write('r');
            case '\t' -> out.write('t');
            default -> {
                out.write("u00");
                out.write(HEX_DIGITS[b >> 4]);
                out.write(HEX_DIGITS[b & 0xf]);
            }
        }
    }
}
