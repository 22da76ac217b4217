package io.kafscale.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A key that a configuration file may have, with the type of its value. A {@link SinkFactory} keeps those of its sink as
 * constants, names them in {@link SinkFactory#options()}, and asks {@link SinkConfig} for their values. Immutable.
 *
 * @param <T> the type of its value
 */
public final class Option<T> {

    private final String name;
    private final Kind<T> kind;
    private final String meaning;
    private final boolean required;
    private final @Nullable T standard;
    private final @Nullable String standardShown;

    private Option(
            String name,
            Kind<T> kind,
            String meaning,
            boolean required,
            @Nullable T standard,
            @Nullable String standardShown) {
        this.name = Objects.requireNonNull(name, "name");
        this.kind = kind;
        this.meaning = Objects.requireNonNull(meaning, "meaning");
        this.required = required;
        this.standard = standard;
        this.standardShown = standardShown;
    }

    static <T> Option<T> of(String name, Kind<T> kind, String meaning) {
        return new Option<>(name, kind, meaning, false, null, null);
    }

    /**
     * A text.
     *
     * @param name the key; dots in it stand for sections
     * @param meaning what it is for, in a sentence
     */
    public static Option<String> text(String name, String meaning) {
        return of(name, Kind.TEXT, meaning);
    }

    /** A text that no message shows, such as a password. */
    public static Option<String> secret(String name, String meaning) {
        return of(name, Kind.SECRET, meaning);
    }

    /** A list of texts; in the file also one text, with commas between them. */
    public static Option<List<String>> texts(String name, String meaning) {
        return of(name, Kind.TEXTS, meaning);
    }

    /** True or false. */
    public static Option<Boolean> flag(String name, String meaning) {
        return of(name, Kind.FLAG, meaning);
    }

    /** A whole number of at least {@code least}. */
    public static Option<Long> count(String name, long least, String meaning) {
        return of(name, Kind.count(least, Long.MAX_VALUE), meaning);
    }

    /** A number of bytes, such as {@code 1048576} or {@code 1MiB}. */
    public static Option<Long> bytes(String name, String meaning) {
        return of(name, Kind.BYTES_COUNT, meaning);
    }

    /** A time in seconds, such as {@code 30} or {@code 0.5}; the name should end in {@code _seconds}. */
    public static Option<Duration> seconds(String name, String meaning) {
        return of(name, Kind.SECONDS_COUNT, meaning);
    }

    /** An http or https URL without a user in it. */
    public static Option<URI> url(String name, String meaning) {
        return of(name, Kind.URL, meaning);
    }

    /** Anything, as maps, lists and texts; what is in it is checked by who asks for it. */
    public static Option<Object> tree(String name, String meaning) {
        return of(name, Kind.TREE, meaning);
    }

    /** One of an enum's values, in the file in small letters. */
    public static <E extends Enum<E>> Option<E> choice(String name, Class<E> values, String meaning) {
        return of(name, Kind.choice(values), meaning);
    }

    /** The same option, whose value is {@code value} where the file has none. */
    public Option<T> orElse(T value) {
        return new Option<>(name, kind, meaning, false, value, null);
    }

    /** The same option; a file without it is wrong. */
    public Option<T> required() {
        return new Option<>(name, kind, meaning, true, null, null);
    }

    /** The same option; what holds without it is decided elsewhere, and described by {@code text}. */
    Option<T> otherwise(String text) {
        return new Option<>(name, kind, meaning, required, standard, text);
    }

    /** The key; dots in it stand for sections. */
    public String name() {
        return name;
    }

    Kind<T> kind() {
        return kind;
    }

    String meaning() {
        return meaning;
    }

    boolean isRequired() {
        return required;
    }

    @Nullable
    T standard() {
        return standard;
    }

    /** What holds without it, for people. */
    String standardShown() {
        return standardShown != null ? standardShown : standard != null ? Shown.value(standard) : "";
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}
