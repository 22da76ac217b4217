package io.kafscale.micrometer;

import io.kafscale.processor.Processor;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Set;
import org.awaitility.Awaitility;

/** What Prometheus can read at most. */
final class AllMetrics {

    private AllMetrics() {}

    /** The names of all samples of a processor to which everything has happened once. */
    static Set<String> names() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Orders orders = new Orders();
        orders.put(0, 1);
        ProcessorMetrics metrics = ProcessorMetrics.on(registry);
        AllEvents.list().forEach(metrics::on);
        try (Processor processor = orders.builder(MeteredObjectStore.of(orders.objects(), registry))
                .topic("orders", batch -> {})
                .build()) {
            processor.start();
            metrics.watch(processor);
            Awaitility.await().until(() -> Scrape.of(registry).names().contains("kafscale_processor_lag_offsets"));
            return Scrape.of(registry).names();
        }
    }
}
