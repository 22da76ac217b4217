package io.kafscale.processor;

import io.kafscale.segment.Record;
import io.kafscale.segment.RecordBuilder;
import io.kafscale.segment.TimestampType;
import io.kafscale.segment.TopicPartition;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what {@link DeadLetterJson} writes: each field once, in any order, and no other. For one line. */
final class DeadLetterParser {

    private static final Set<String> NUMBERS = Set.of("partition", "offset", "timestamp", "attempts");
    private static final Set<String> TEXTS = Set.of("group", "topic", "timestampType", "stage", "error", "failedAt");
    private static final Set<String> BYTES = Set.of("key", "value");
    private static final String HEADERS = "headers";

    private final JsonScanner json;
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, byte @Nullable []> bytes = new HashMap<>();
    private @Nullable List<Consumer<RecordBuilder>> headers;

    DeadLetterParser(String line) {
        this.json = new JsonScanner(line);
    }

    DeadLetter parse() {
        json.take('{');
        do {
            field();
        } while (json.takeIf(','));
        json.take('}');
        json.takeEnd();
        checkComplete();
        return letter();
    }

    private void field() {
        String name = json.takeText();
        boolean isKnown =
                NUMBERS.contains(name) || TEXTS.contains(name) || BYTES.contains(name) || name.equals(HEADERS);
        if (!isKnown) {
            throw json.wrong("a dead letter has no field \"" + name + "\"");
        }
        if (names().contains(name)) {
            throw json.wrong("the field \"" + name + "\" comes twice");
        }
        json.take(':');
        if (NUMBERS.contains(name)) {
            numbers.put(name, json.takeNumber());
        } else if (TEXTS.contains(name)) {
            texts.put(name, json.takeText());
        } else if (BYTES.contains(name)) {
            bytes.put(name, bytes());
        } else {
            headers = headers();
        }
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>(numbers.keySet());
        names.addAll(texts.keySet());
        names.addAll(bytes.keySet());
        if (headers != null) {
            names.add(HEADERS);
        }
        return names;
    }

    private byte @Nullable [] bytes() {
        return json.takeNull() ? null : base64();
    }

    private byte[] base64() {
        String text = json.takeText();
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw json.wrong("the string before is not base64");
        }
    }

    private List<Consumer<RecordBuilder>> headers() {
        List<Consumer<RecordBuilder>> found = new ArrayList<>();
        json.take('[');
        if (json.takeIf(']')) {
            return found;
        }
        do {
            json.take('[');
            byte[] key = base64();
            json.take(',');
            byte[] value = bytes();
            json.take(']');
            found.add(record -> record.header(key, value));
        } while (json.takeIf(','));
        json.take(']');
        return found;
    }

    private void checkComplete() {
        Set<String> missing = new TreeSet<>(NUMBERS);
        missing.addAll(TEXTS);
        missing.addAll(BYTES);
        missing.add(HEADERS);
        missing.removeAll(names());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("it lacks " + String.join(", ", missing));
        }
    }

    private DeadLetter letter() {
        return new DeadLetter(
                group(),
                new TopicPartition(text("topic"), toInt("partition")),
                toRecord(),
                oneOf("stage", text("stage"), Stage.values(), Stage::name),
                toInt("attempts"),
                text("error"),
                failedAt());
    }

    private String group() {
        String group = text("group");
        if (!TopicPartition.isLegalTopic(group)) {
            throw new IllegalArgumentException("\"" + group + "\" is not a group name");
        }
        return group;
    }

    private Record toRecord() {
        RecordBuilder record = Record.builder(number("offset"))
                .timestamp(
                        number("timestamp"),
                        oneOf("timestampType", text("timestampType"), TimestampType.values(), TimestampType::toString))
                .key(bytes.get("key"))
                .value(bytes.get("value"));
        if (headers != null) {
            headers.forEach(header -> header.accept(record));
        }
        return record.build();
    }

    private Instant failedAt() {
        String text = text("failedAt");
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("failedAt is \"" + text + "\", not a time in ISO 8601", e);
        }
    }

    private static <T> T oneOf(String name, String text, T[] values, Function<T, String> label) {
        return Arrays.stream(values)
                .filter(value -> label.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is \"" + text + "\", not one of "
                        + Arrays.stream(values).map(label).collect(Collectors.joining(", "))));
    }

    private String text(String name) {
        return Objects.requireNonNull(texts.get(name), name);
    }

    private long number(String name) {
        return Objects.requireNonNull(numbers.get(name), name);
    }

    private int toInt(String name) {
        long number = number(name);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(name + " is " + number + ", not 0 to " + Integer.MAX_VALUE);
        }
        return (int) number;
    }
}
