package io.kafscale.config;

import io.kafscale.processor.Sink;
import java.io.IOException;
import java.util.List;

/**
 * Makes sinks of one type, which mappings name as {@code sink: type.target}. Found by {@link java.util.ServiceLoader}:
 * name the class in {@code META-INF/services/io.kafscale.config.SinkFactory} of a jar on the class path, and give it a
 * public constructor without parameters.
 */
public interface SinkFactory {

    /** The type, before the first dot of {@code sink: type.target}: {@code a-z}, {@code 0-9}, {@code _} and {@code -}. */
    String type();

    /**
     * The keys that its sinks take, in {@code sinks.{type}} for all of them and in a mapping's {@code options} for one.
     * Another key there is an error, and so is a required one that is missing. A mapping's {@code schema} section goes to
     * options whose names begin with {@code schema.}.
     */
    default List<Option<?>> options() {
        return List.of();
    }

    /**
     * Looks at the target and at what belongs together, when the file is read; single options have been checked by then.
     *
     * @throws IllegalArgumentException when something is not fit, with a sentence that names it; it is told at the sink's
     *     place in the file, together with all else that is wrong
     */
    default void validate(SinkConfig config) {}

    /**
     * Makes the sink of one mapping. The processor closes it at its end, with no write running.
     *
     * @throws IllegalArgumentException when an option's value is not fit, with a sentence that names the option
     * @throws IOException when what it writes to cannot be opened, with a sentence that names it
     */
    Sink create(SinkConfig config) throws IOException;

    /**
     * Reaches what the sink would write to, and writes nothing. By default there is nothing to reach.
     *
     * @return what was reached, for people
     * @throws IOException when it cannot be reached, with a sentence that names it
     */
    default String check(SinkConfig config) throws IOException {
        return "nothing to reach";
    }
}
