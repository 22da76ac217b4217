package io.kafscale.config;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.RecordView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as JSON. Bytes that are UTF-8 become a string, others {@code {"base64":"…"}}, so that nothing is lost:
 *
 * <pre>
 * {"topic":"orders","partition":0,"offset":7,"timestamp":1767225600000,
 *  "key":"k","value":null,"headers":[["name","value"],["name",{"base64":"/w=="}]]}
 * </pre>
 *
 * Not thread safe.
 */
final class RecordJson {

    private static final JsonFactory JSON = new JsonFactory();

    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    /** A generator that writes UTF-8, and nothing between the values at its root. */
    static JsonGenerator generator(OutputStream out) throws IOException {
        return JSON.createGenerator(out, JsonEncoding.UTF8).setRootValueSeparator(null);
    }

    /** Writes the record's fields into the object that was begun. */
    void writeFields(JsonGenerator json, RecordView record) throws IOException {
        json.writeNumberField("offset", record.offset());
        json.writeNumberField("timestamp", record.timestamp());
        json.writeFieldName("key");
        write(json, record.key());
        json.writeFieldName("value");
        write(json, record.value());
        json.writeFieldName("headers");
        writeHeaders(json, record);
    }

    /** Writes the record's headers, as an array. */
    void writeHeaders(JsonGenerator json, RecordView record) throws IOException {
        HeaderCursor headers = record.headers();
        json.writeStartArray();
        while (headers.next()) {
            json.writeStartArray();
            json.writeString(headers.key());
            write(json, headers.value());
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private void write(JsonGenerator json, @Nullable ByteSlice bytes) throws IOException {
        if (bytes == null) {
            json.writeNull();
            return;
        }
        String text;
        try {
            text = utf8.decode(bytes.asByteBuffer()).toString();
        } catch (CharacterCodingException e) {
            json.writeStartObject();
            json.writeFieldName("base64");
            json.writeBinary(bytes.array(), bytes.offset(), bytes.length());
            json.writeEndObject();
            return;
        }
        json.writeString(text);
    }
}
