package io.kafscale.config;

import io.kafscale.processor.StartPosition;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * What kind of value an option takes.
 *
 * @param <T> what is made of it
 * @param expected what belongs there, to end "it takes …"
 * @param shape what it looks like in the file
 * @param parser makes it of the texts in the file, one unless it is a list; an {@link IllegalArgumentException} without a
 *     message means "not what is expected"
 * @param schema its JSON Schema
 */
record Kind<T>(String expected, Shape shape, Function<List<String>, T> parser, Map<String, Object> schema) {

    enum Shape {
        SCALAR,
        /** A scalar that no message may show. */
        SECRET,
        LIST,
        /** Whatever stands there, as maps, lists and texts; for who asks for the option. */
        TREE,
        /** Whatever stands there, as a YAML node; for this package. */
        NODE
    }

    private static final Pattern BYTES = Pattern.compile("([0-9]+) *(B|KiB|MiB|GiB|)");
    private static final Map<String, Integer> BYTES_SHIFT = Map.of("", 0, "B", 0, "KiB", 10, "MiB", 20, "GiB", 30);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

    static final Kind<String> TEXT = scalar("text", text -> text, Map.of("type", "string"));
    static final Kind<String> SECRET =
            new Kind<>("text", Shape.SECRET, texts -> texts.get(0), Map.of("type", "string", "writeOnly", true));
    static final Kind<List<String>> TEXTS = new Kind<>(
            "a list of texts",
            Shape.LIST,
            List::copyOf,
            Map.of(
                    "oneOf",
                    List.of(
                            Map.of("type", "array", "items", Map.of("type", "string")),
                            Map.of("type", "string", "description", "Several of them, with commas between."))));
    static final Kind<Boolean> FLAG = scalar("true or false", Kind::parseFlag, Map.of("type", "boolean"));
    static final Kind<Long> BYTES_COUNT = scalar(
            "a number of bytes, such as 1048576 or 1MiB",
            Kind::parseBytes,
            Map.of("type", List.of("integer", "string"), "pattern", "^[0-9]+ *(B|KiB|MiB|GiB)?$"));
    static final Kind<Duration> SECONDS_COUNT = scalar(
            "a number of seconds, such as 30 or 0.5", Kind::parseSeconds, Map.of("type", "number", "minimum", 0));
    static final Kind<URI> URL = scalar(
            "a URL such as https://host:8080/path, without a user in it", Kind::parseUrl, Map.of("type", "string"));
    static final Kind<StartPosition> START = scalar(
            "earliest, latest, an offset, or a time such as 2026-01-31T08:00:00Z",
            Kind::parseStart,
            Map.of("type", List.of("string", "integer")));
    static final Kind<Pattern> PATTERN = scalar(
            "a regular expression for the whole of a name, such as orders-.*",
            Kind::parsePattern,
            Map.of("type", "string", "format", "regex"));
    /** The one text that may be empty, and then means something: the topics lie at the root. */
    static final Kind<String> NAMESPACE = scalar("a namespace", text -> text, Map.of("type", "string"));

    /** Built by the reader itself. */
    static final Kind<Object> TREE = new Kind<>("anything", Shape.TREE, texts -> texts, Map.of());

    static final Kind<List<String>> ANY = new Kind<>("anything", Shape.NODE, List::copyOf, Map.of());

    static Kind<Long> count(long least, long most) {
        return scalar(
                most == Long.MAX_VALUE
                        ? "a whole number of at least " + least
                        : "a whole number from " + least + " to " + most,
                text -> {
                    long value = Long.parseLong(text); // throws one without more to say, too
                    if (value < least || value > most) {
                        throw new IllegalArgumentException();
                    }
                    return value;
                },
                Map.of("type", "integer", "minimum", least));
    }

    static <E extends Enum<E>> Kind<E> choice(Class<E> values) {
        List<String> names = Arrays.stream(values.getEnumConstants())
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
        return scalar(
                "one of " + String.join(", ", names),
                text -> Stream.of(values.getEnumConstants())
                        .filter(value -> value.name().equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(IllegalArgumentException::new),
                Map.of("enum", names));
    }

    /** Takes one value only; why no other is in {@code refusal}. */
    static Kind<String> only(String value, String refusal) {
        // YAML up to 1.1 reads an unquoted off as false, and tools that write YAML may have written it so.
        List<Object> allowed = value.equals("off") ? List.of(value, false) : List.of(value);
        return scalar(
                value,
                text -> {
                    if (allowed.stream().noneMatch(one -> one.toString().equals(text))) {
                        throw new IllegalArgumentException(refusal + "; say " + value + ", or leave it out");
                    }
                    return value;
                },
                Map.of("enum", allowed));
    }

    private static <T> Kind<T> scalar(String expected, Function<String, T> parser, Map<String, Object> schema) {
        return new Kind<>(expected, Shape.SCALAR, texts -> parser.apply(texts.get(0)), schema);
    }

    private static boolean parseFlag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new IllegalArgumentException();
        };
    }

    private static long parseBytes(String text) {
        Matcher parts = BYTES.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException();
        }
        int shift = BYTES_SHIFT.getOrDefault(parts.group(2), 0);
        long number = Long.parseLong(parts.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException();
        }
        return number << shift;
    }

    private static Duration parseSeconds(String text) {
        if (!SECONDS.matcher(text).matches()) {
            throw new IllegalArgumentException();
        }
        return Duration.ofNanos(new BigDecimal(text).movePointRight(9).longValueExact());
    }

    /** Without its message, which shows the text: a variable may have put it there. */
    private static StartPosition parseStart(String text) {
        try {
            return StartPosition.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(null, e);
        }
    }

    private static Pattern parsePattern(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(null, e);
        }
    }

    private static URI parseUrl(String text) {
        try {
            URI uri = new URI(text);
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // is said below, without the text, which may hold a password
        }
        throw new IllegalArgumentException();
    }
}
