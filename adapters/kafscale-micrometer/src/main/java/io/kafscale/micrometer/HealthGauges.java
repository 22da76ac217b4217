package io.kafscale.micrometer;

import io.kafscale.processor.ProcessorHealth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The gauges of a processor as a whole. */
final class HealthGauges {

    private final MeterRegistry registry;
    private final Tags tags;
    private final HealthSampler health;
    private final List<Gauge> gauges;

    HealthGauges(MeterRegistry registry, Tags tags, HealthSampler health) {
        this.registry = registry;
        this.tags = tags;
        this.health = health;
        this.gauges = List.of(
                gauge("live", "Whether it runs.", state -> state.isLive() ? 1 : 0),
                gauge("ready", "Whether it takes its share of the work.", state -> state.isReady() ? 1 : 0),
                gauge(
                        "buffered.bytes",
                        "Bytes of segments that are held or being fetched.",
                        state -> state.bufferedBytes()),
                gauge(
                        "partitions.owned",
                        "Partitions that it owns.",
                        state -> state.partitions().size()));
    }

    private Gauge gauge(String name, String description, ToDoubleFunction<ProcessorHealth> figure) {
        return Gauge.builder("kafscale.processor." + name, () -> health.figure(figure))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    void close() {
        gauges.forEach(registry::remove);
    }
}
