package io.kafscale.s3;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of whole numbers, strings, nulls, and objects of whole numbers, which is all that ours hold. Fields of
 * any other kind, which someone may add one day, are passed over when reading.
 */
final class Json {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    Json put(String name, long value) {
        fields.put(name, value);
        return this;
    }

    Json put(String name, @Nullable String value) {
        fields.put(name, value);
        return this;
    }

    Json put(String name, Map<String, Long> numbers) {
        fields.put(name, new LinkedHashMap<>(numbers));
        return this;
    }

    Json putAll(Map<String, Long> numbers) {
        fields.putAll(numbers);
        return this;
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

    /** All numbers of the object itself. */
    Map<String, Long> numbers() {
        return numbersOf(fields);
    }

    /** All numbers of the object under {@code name}; none when there is no such object. */
    Map<String, Long> numbers(String name) {
        return fields.get(name) instanceof Map<?, ?> object ? numbersOf(object) : Map.of();
    }

    private static Map<String, Long> numbersOf(Map<?, ?> object) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        object.forEach((name, value) -> {
            if (value instanceof Long number) {
                numbers.put((String) name, number);
            }
        });
        return numbers;
    }

    static Json of(String content) throws IOException {
        try (JsonParser parser = JSON.createParser(content)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is not a JSON object");
            }
            Json json = new Json();
            json.fields.putAll(fields(parser, true));
            if (parser.nextToken() != null) {
                throw new IOException("something follows the JSON object");
            }
            return json;
        }
    }

    private static Map<String, @Nullable Object> fields(JsonParser parser, boolean outermost) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            switch (parser.nextToken()) {
                case VALUE_NUMBER_INT -> fields.put(name, parser.getLongValue());
                case VALUE_STRING -> fields.put(name, parser.getText());
                case START_OBJECT -> {
                    if (outermost) {
                        fields.put(name, fields(parser, false));
                    } else {
                        parser.skipChildren();
                    }
                }
                default -> parser.skipChildren();
            }
        }
        return fields;
    }

    String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            write(generator, fields);
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator generator, Map<?, ?> fields) throws IOException {
        generator.writeStartObject();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            generator.writeFieldName((String) field.getKey());
            Object value = field.getValue();
            if (value instanceof Long number) {
                generator.writeNumber(number);
            } else if (value instanceof Map<?, ?> object) {
                write(generator, object);
            } else {
                generator.writeString((String) value);
            }
        }
        generator.writeEndObject();
    }
}
