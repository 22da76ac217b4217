package io.kafscale.config;

import org.jspecify.annotations.Nullable;

/**
 * A topic, or several, and where they go.
 *
 * @param values what the mapping says beside
 * @param errors what it says of errors, and the rest as the file has it
 * @param sinkAt where the sink is named
 * @param sink the sink, or null while there is none of its type
 */
record Mapping(
        MappedTopics topics,
        Values values,
        ErrorSections errors,
        Position sinkAt,
        @Nullable NamedSink sink) {

    /**
     * A sink that can be made.
     *
     * @param factory makes it
     * @param config what its factory is told
     */
    record NamedSink(SinkFactory factory, SinkConfig config) {}
}
