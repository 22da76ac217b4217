package io.kafscale.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of whole numbers and strings, which is all that the values of our keys and of the Go processors' hold.
 * Fields of any other kind, which someone may add one day, are passed over when reading.
 */
final class FlatJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Map<String, Object> fields = new LinkedHashMap<>();

    FlatJson put(String name, long value) {
        fields.put(name, value);
        return this;
    }

    FlatJson put(String name, String value) {
        fields.put(name, value);
        return this;
    }

    /** All that are numbers. */
    Map<String, Long> numbers() {
        Map<String, Long> numbers = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (value instanceof Long number) {
                numbers.put(name, number);
            }
        });
        return numbers;
    }

    /** The number under {@code name}, or {@code absent} when there is none. */
    long number(String name, long absent) {
        return fields.get(name) instanceof Long number ? number : absent;
    }

    /** The string under {@code name}, or null when there is none. */
    @Nullable
    String text(String name) {
        return fields.get(name) instanceof String text ? text : null;
    }

    /** Whether there is a number under {@code name}. */
    boolean hasNumber(String name) {
        return fields.get(name) instanceof Long;
    }

    /** Reads the value of a key. */
    static FlatJson of(KeyValue keyValue) throws IOException {
        try (JsonParser parser = JSON.createParser(keyValue.getValue().getBytes())) {
            FlatJson object = new FlatJson();
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                object.read(parser, parser.currentName());
            }
            if (parser.nextToken() != null) {
                throw new IOException("something follows the JSON object");
            }
            return object;
        } catch (IOException e) {
            throw unreadable(keyValue, e);
        }
    }

    private void read(JsonParser parser, String name) throws IOException {
        switch (parser.nextToken()) {
            case VALUE_NUMBER_INT -> put(name, parser.getLongValue());
            case VALUE_STRING -> put(name, parser.getText());
            default -> parser.skipChildren();
        }
    }

    /** Says that the value of a key makes no sense, and why. */
    static IOException unreadable(KeyValue keyValue, Throwable cause) {
        return new IOException(
                "the value of etcd key " + keyValue.getKey().toString(UTF_8) + " cannot be read (" + cause.getMessage()
                        + "); correct it or delete the key",
                cause);
    }

    ByteSequence toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator = JSON.createGenerator(bytes)) {
            generator.writeStartObject();
            for (Map.Entry<String, Object> field : fields.entrySet()) {
                if (field.getValue() instanceof Long number) {
                    generator.writeNumberField(field.getKey(), number);
                } else {
                    generator.writeStringField(field.getKey(), (String) field.getValue());
                }
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
        return ByteSequence.from(bytes.toByteArray());
    }
}
