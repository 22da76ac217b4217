package io.kafscale.micrometer;

import static io.kafscale.micrometer.Orders.ORDERS_0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.processor.DeadLetter;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.Processor;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.processor.Stage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Whole processors, and what Prometheus reads of them. */
class ProcessorMetricsTest {

    private static final String PARTITION = "{partition=\"0\",topic=\"orders\"}";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Orders orders = new Orders();

    @Test
    void processorAtTheEndOfItsLog_scraped_hasNamesTypesAndLabelsOfTheGoProcessors() {
        orders.put(0, 7);
        ProcessorMetrics metrics = ProcessorMetrics.on(registry);
        try (Processor processor = orders.builder(orders.objects())
                .topic(
                        "orders",
                        batch -> batch.forEach(record -> {}),
                        topic -> topic.filter(record -> record.offset() != 3))
                .listener(metrics)
                .build()) {
            processor.start();
            metrics.watch(processor);
            awaitValue("kafscale_processor_last_offset" + PARTITION, 6);

            Scrape scrape = Scrape.of(registry);
            assertThat(scrape.types())
                    .containsEntry("kafscale_processor_records_total", "counter")
                    .containsEntry("kafscale_processor_batches_total", "counter")
                    .containsEntry("kafscale_processor_write_latency_ms", "histogram")
                    .containsEntry("kafscale_processor_errors_total", "counter")
                    .containsEntry("kafscale_processor_last_offset", "gauge")
                    .containsEntry("kafscale_processor_watermark_offset", "gauge")
                    .containsEntry("kafscale_processor_watermark_timestamp_ms", "gauge");
            assertThat(scrape.samples())
                    .containsEntry("kafscale_processor_records_total{result=\"written\",topic=\"orders\"}", 6.0)
                    .containsEntry("kafscale_processor_records_total{result=\"dropped\",topic=\"orders\"}", 1.0)
                    .containsEntry("kafscale_processor_batches_total{topic=\"orders\"}", 1.0)
                    .containsEntry("kafscale_processor_write_latency_ms_count{topic=\"orders\"}", 1.0)
                    .containsEntry("kafscale_processor_write_latency_ms_bucket{le=\"+Inf\",topic=\"orders\"}", 1.0)
                    .containsEntry("kafscale_processor_errors_total{stage=\"discover\"}", 0.0)
                    .containsEntry("kafscale_processor_errors_total{stage=\"checkpoint\"}", 0.0)
                    .containsEntry("kafscale_processor_errors_total{stage=\"decode\"}", 0.0)
                    .containsEntry("kafscale_processor_errors_total{stage=\"schema\"}", 0.0)
                    .containsEntry("kafscale_processor_errors_total{stage=\"sink\"}", 0.0)
                    .containsEntry("kafscale_processor_watermark_offset" + PARTITION, 6.0)
                    .containsEntry("kafscale_processor_watermark_timestamp_ms" + PARTITION, (double) Orders.CREATED);
            // The bounds of prometheus.DefBuckets, which the Go processors have.
            for (String bound : List.of("0.005", "0.05", "0.5", "1.0", "10.0")) {
                assertThat(scrape.samples())
                        .containsKey(
                                "kafscale_processor_write_latency_ms_bucket{le=\"" + bound + "\",topic=\"orders\"}");
            }
        }
    }

    @Test
    void processorAtTheEndOfItsLog_scraped_tellsWhatTheGoProcessorsDoNot() {
        orders.put(0, 7);
        orders.put(10, 2);
        ProcessorMetrics metrics = ProcessorMetrics.on(registry);
        try (Processor processor = orders.builder(orders.objects())
                .topic("orders", batch -> batch.forEach(record -> {}))
                .listener(metrics)
                .build()) {
            processor.start();
            metrics.watch(processor);
            awaitValue("kafscale_processor_last_offset" + PARTITION, 11);

            assertThat(Scrape.of(registry).samples())
                    .containsEntry("kafscale_processor_end_offset" + PARTITION, 12.0)
                    .containsEntry("kafscale_processor_lag_offsets" + PARTITION, 0.0)
                    .containsEntry("kafscale_processor_lag_seconds" + PARTITION, 0.0)
                    .containsEntry("kafscale_processor_seconds_since_progress" + PARTITION, 0.0)
                    .containsEntry("kafscale_processor_blocked" + PARTITION, 0.0)
                    .containsEntry("kafscale_processor_losses{kind=\"gap\",partition=\"0\",topic=\"orders\"}", 3.0)
                    .containsEntry("kafscale_processor_gap_offsets_total{topic=\"orders\"}", 3.0)
                    .containsEntry("kafscale_processor_partition_moves_total{move=\"acquired\",topic=\"orders\"}", 1.0)
                    .containsEntry("kafscale_processor_partitions_owned", 1.0)
                    .containsEntry("kafscale_processor_buffered_bytes", 0.0)
                    .containsEntry("kafscale_processor_live", 1.0)
                    .containsEntry("kafscale_processor_ready", 1.0);
        }
    }

    @Test
    void sinkThatFails_isCountedAsErrorAndRetry_andBlocksThePartition_withLag() {
        orders.put(0, 4);
        AtomicBoolean refuses = new AtomicBoolean(true);
        ProcessorMetrics metrics = ProcessorMetrics.on(registry);
        try (Processor processor = orders.builder(orders.objects())
                .topic("orders", batch -> {
                    if (refuses.get()) {
                        throw new IOException("the warehouse is closed");
                    }
                })
                .listener(metrics)
                .build()) {
            processor.start();
            metrics.watch(processor);
            awaitValue("kafscale_processor_blocked" + PARTITION, 1);
            await().until(() -> value("kafscale_processor_errors_total{stage=\"sink\"}") >= 2);
            assertThat(value("kafscale_processor_retries_total{stage=\"sink\"}"))
                    .isGreaterThanOrEqualTo(2);
            assertThat(value("kafscale_processor_lag_offsets" + PARTITION)).isEqualTo(4);
            assertThat(value("kafscale_processor_last_offset" + PARTITION)).isEqualTo(-1);

            refuses.set(false);
            awaitValue("kafscale_processor_blocked" + PARTITION, 0);
            awaitValue("kafscale_processor_lag_offsets" + PARTITION, 0);
        }
    }

    @Test
    void recordsPutAside_areInvalid_andNotDroppedAsWell() {
        orders.put(0, 5);
        List<DeadLetter> letters = new CopyOnWriteArrayList<>();
        ProcessorMetrics metrics = ProcessorMetrics.on(registry);
        try (Processor processor = orders.builder(orders.objects())
                .topic(
                        "orders",
                        batch -> batch.forEach(record -> {
                            if (record.offset() == 2) {
                                throw new RecordFailedException(2, new IllegalArgumentException("no such customer"));
                            }
                        }))
                .onError(Stage.SINK, ErrorPolicy.afterAttempts(1, ErrorPolicy.Action.DEAD_LETTER))
                .deadLetters(letters::add)
                .listener(metrics)
                .build()) {
            processor.start();
            metrics.watch(processor);
            awaitValue("kafscale_processor_last_offset" + PARTITION, 4);

            assertThat(letters).hasSize(1);
            assertThat(Scrape.of(registry).samples())
                    .containsEntry("kafscale_processor_records_total{result=\"invalid\",topic=\"orders\"}", 1.0)
                    .containsEntry("kafscale_processor_records_total{result=\"dropped\",topic=\"orders\"}", 0.0)
                    .containsEntry("kafscale_processor_records_total{result=\"written\",topic=\"orders\"}", 4.0)
                    .containsEntry("kafscale_processor_dead_letters_total{stage=\"sink\",topic=\"orders\"}", 1.0)
                    .containsEntry(
                            "kafscale_processor_losses{kind=\"dead_letter\",partition=\"0\",topic=\"orders\"}", 1.0);
        }
    }

    @Test
    void partitionGivenBack_takesItsGaugesWithIt_andTheProcessorsSayThatItEnded() {
        orders.put(0, 3);
        ProcessorMetrics metrics = ProcessorMetrics.on(registry);
        Processor processor = orders.builder(orders.objects())
                .topic("orders", batch -> batch.forEach(record -> {}))
                .listener(metrics)
                .build();
        processor.start();
        metrics.watch(processor);
        awaitValue("kafscale_processor_last_offset" + PARTITION, 2);
        processor.close();

        awaitValue("kafscale_processor_live", 0);
        await().untilAsserted(() -> assertThat(registry.getMeters())
                .noneMatch(meter -> meter.getId().getTag("partition") != null));
        assertThat(value("kafscale_processor_partitions_owned")).isEqualTo(0);
        assertThat(value("kafscale_processor_partition_moves_total{move=\"released\",topic=\"orders\"}"))
                .isEqualTo(1);
        assertThat(value("kafscale_processor_records_total{result=\"written\",topic=\"orders\"}"))
                .as("counters stay")
                .isEqualTo(3);
    }

    @Test
    void withoutListener_gaugesOfPartitionsComeWithTheScrapes() {
        orders.put(0, 3);
        ProcessorMetrics metrics = ProcessorMetrics.on(registry);
        try (Processor processor = orders.builder(orders.objects())
                .topic("orders", batch -> batch.forEach(record -> {}))
                .build()) {
            processor.start();
            metrics.watch(processor);
            awaitValue("kafscale_processor_last_offset" + PARTITION, 2);
        }
    }

    @Test
    void closed_whileTheProcessorRuns_leavesNoGauge_andNoneComesLater() throws Exception {
        orders.put(0, 1);
        CountDownLatch written = new CountDownLatch(1);
        ProcessorMetrics metrics = ProcessorMetrics.on(registry);
        try (Processor processor = orders.builder(orders.objects())
                .topic("orders", batch -> written.countDown())
                .listener(metrics)
                .build()) {
            metrics.watch(processor);
            metrics.close();
            processor.start();
            written.await();
            await().until(() ->
                    value("kafscale_processor_partition_moves_total{move=\"acquired\",topic=\"orders\"}") == 1);

            assertThat(registry.getMeters()).noneMatch(meter -> meter instanceof Gauge);
            metrics.close();
        }
    }

    @Test
    void twoProcessors_withTagsOfTheirOwn_shareARegistry() {
        orders.put(0, 2);
        ProcessorMetrics first = ProcessorMetrics.on(registry, Tags.of("group", "first"));
        ProcessorMetrics second = ProcessorMetrics.on(registry, Tags.of("group", "second"));
        try (Processor one = orders.builder(orders.objects())
                        .topic("orders", batch -> batch.forEach(record -> {}))
                        .listener(first)
                        .build();
                Processor two = orders.builder(orders.objects())
                        .topic("orders", batch -> {
                            throw new IOException("the warehouse is closed");
                        })
                        .listener(second)
                        .build()) {
            one.start();
            two.start();
            first.watch(one);
            second.watch(two);
            awaitValue("kafscale_processor_lag_offsets{group=\"first\",partition=\"0\",topic=\"orders\"}", 0);
            awaitValue("kafscale_processor_blocked{group=\"second\",partition=\"0\",topic=\"orders\"}", 1);
        }
    }

    private double value(String sample) {
        Double value = Scrape.of(registry).value(sample);
        return value == null ? Double.NaN : value;
    }

    private void awaitValue(String sample, double value) {
        await().alias(sample + " " + value + ", partition " + ORDERS_0)
                .until(() -> value(sample), found -> found == value);
    }
}
