package io.kafscale.cli;

import io.kafscale.discovery.ObjectStore;
import io.kafscale.micrometer.MeteredObjectStore;
import io.kafscale.micrometer.ProcessorMetrics;
import io.kafscale.processor.Processor;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** What a service tells Prometheus: of its processor, of its requests to the object store, and of its JVM. Thread safe. */
final class ServiceMetrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ProcessorMetrics processor = ProcessorMetrics.on(registry);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    ServiceMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /** Hears what the processor does. */
    ProcessorMetrics listener() {
        return processor;
    }

    /** The same store, metered. */
    ObjectStore metered(ObjectStore store) {
        return MeteredObjectStore.of(store, registry);
    }

    /** From now on gauges show this processor. */
    void watch(Processor running) {
        processor.watch(running);
    }

    /** All of it, in Prometheus' text format. */
    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        processor.close();
        collections.close();
        registry.close();
    }
}
