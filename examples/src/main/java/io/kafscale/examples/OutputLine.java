package io.kafscale.examples;

import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.RecordView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One record as a line of JSON. Keys, values and headers are text.
 *
 * @param partition of the topic {@code orders}
 * @param offset in that partition
 * @param timestamp Unix milliseconds
 * @param key or null
 * @param value or null
 * @param headers in their order
 */
record OutputLine(
        int partition,
        long offset,
        long timestamp,
        @Nullable String key,
        @Nullable String value,
        List<Header> headers) {

    private static final JsonMapper JSON = new JsonMapper();

    /** A header. */
    record Header(String name, @Nullable String value) {}

    static OutputLine of(int partition, RecordView record) {
        List<Header> headers = new ArrayList<>();
        HeaderCursor cursor = record.headers();
        while (cursor.next()) {
            headers.add(new Header(cursor.key(), text(cursor.value())));
        }
        return new OutputLine(
                partition, record.offset(), record.timestamp(), text(record.key()), text(record.value()), headers);
    }

    /** Reads a line; throws {@link tools.jackson.core.JacksonException} when it is none. */
    static OutputLine parse(String json) {
        return JSON.readValue(json, OutputLine.class);
    }

    /** The line, without its end. */
    String toJson() {
        return JSON.writeValueAsString(this);
    }

    private static @Nullable String text(@Nullable ByteSlice bytes) {
        return bytes == null ? null : bytes.toUtf8();
    }
}
