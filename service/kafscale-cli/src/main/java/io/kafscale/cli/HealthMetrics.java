package io.kafscale.cli;

import io.kafscale.processor.ProcessorHealth;
import java.util.function.Supplier;

/** What a processor says of its health, in Prometheus' text format. */
record HealthMetrics(Supplier<ProcessorHealth> health) implements Supplier<String> {

    @Override
    public String get() {
        ProcessorHealth now = health.get();
        StringBuilder text = new StringBuilder();
        gauge(text, "kafscale_processor_joined", "Whether the worker is in its group.");
        text.append("kafscale_processor_joined ").append(now.isJoined() ? 1 : 0).append('\n');
        gauge(text, "kafscale_processor_buffered_bytes", "Bytes of segments fetched and not yet confirmed.");
        text.append("kafscale_processor_buffered_bytes ")
                .append(now.bufferedBytes())
                .append('\n');
        gauge(text, "kafscale_processor_last_offset", "The last offset that was committed.");
        now.partitions()
                .forEach((partition, state) -> text.append("kafscale_processor_last_offset{topic=\"")
                        .append(partition.topic()) // a legal name has nothing to escape
                        .append("\",partition=\"")
                        .append(partition.partition())
                        .append("\"} ")
                        .append(state.committedOffset() - 1)
                        .append('\n'));
        return text.toString();
    }

    private static void gauge(StringBuilder text, String name, String meaning) {
        text.append("# HELP ").append(name).append(' ').append(meaning).append('\n');
        text.append("# TYPE ").append(name).append(" gauge\n");
    }
}
