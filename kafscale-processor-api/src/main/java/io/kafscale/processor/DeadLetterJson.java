package io.kafscale.processor;

import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.Record;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Writes a dead letter as one line of JSON; {@link DeadLetterParser} reads it. */
final class DeadLetterJson {

    private final StringBuilder out = new StringBuilder();

    private DeadLetterJson() {}

    static String write(DeadLetter letter) {
        DeadLetterJson json = new DeadLetterJson();
        json.letter(letter);
        return json.out.toString();
    }

    private void letter(DeadLetter letter) {
        Record record = letter.record();
        out.append('{');
        name("group").text(letter.group());
        next("topic").text(letter.partition().topic());
        next("partition").out.append(letter.partition().partition());
        next("offset").out.append(record.offset());
        next("timestamp").out.append(record.timestamp());
        next("timestampType").text(record.timestampType().toString());
        next("key").bytes(record.key());
        next("value").bytes(record.value());
        next("headers").headers(record.headers());
        next("stage").text(letter.stage().name());
        next("attempts").out.append(letter.attempts());
        next("error").text(letter.error());
        next("failedAt").text(letter.failedAt().toString());
        out.append('}');
    }

    private DeadLetterJson next(String name) {
        out.append(',');
        return name(name);
    }

    private DeadLetterJson name(String name) {
        out.append('"').append(name).append("\":");
        return this;
    }

    private void headers(HeaderCursor headers) {
        out.append('[');
        String separator = "";
        while (headers.next()) {
            out.append(separator).append('[');
            bytes(headers.keySlice());
            out.append(',');
            bytes(headers.value());
            out.append(']');
            separator = ",";
        }
        out.append(']');
    }

    private void bytes(@Nullable ByteSlice bytes) {
        if (bytes == null) {
            out.append("null");
        } else {
            out.append('"')
                    .append(Base64.getEncoder().encodeToString(bytes.toBytes()))
                    .append('"');
        }
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f || c >= 0x80) {
                // So that a line is ASCII: half a surrogate pair survives too.
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
