package io.kafscale.config;

import org.jspecify.annotations.Nullable;

/**
 * One topic and where it goes.
 *
 * @param values what the mapping says beside
 * @param sinkAt where the sink is named
 * @param sink what its factory is told, or null while there is no such factory
 * @param factory makes it, or null when there is none of that type
 */
record Mapping(
        String topic,
        Values values,
        Position sinkAt,
        @Nullable SinkConfig sink,
        @Nullable SinkFactory factory) {}
