package io.kafscale.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EventCountersTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final EventCounters counters = new EventCounters(registry, Tags.empty());

    @Test
    void eachEvent_countsWhereItBelongs() {
        AllEvents.list().forEach(counters::count);

        Map<String, Double> counted = new TreeMap<>(Scrape.of(registry).samples());
        counted.keySet().removeIf(sample -> sample.contains("write_latency_ms"));
        assertThat(counted)
                .containsOnly(
                        Map.entry("kafscale_processor_records_total{result=\"written\",topic=\"orders\"}", 9.0),
                        Map.entry("kafscale_processor_records_total{result=\"dropped\",topic=\"orders\"}", 5.0),
                        Map.entry("kafscale_processor_records_total{result=\"invalid\",topic=\"orders\"}", 6.0),
                        Map.entry("kafscale_processor_batches_total{topic=\"orders\"}", 1.0),
                        Map.entry("kafscale_processor_errors_total{stage=\"discover\"}", 1.0),
                        Map.entry("kafscale_processor_errors_total{stage=\"checkpoint\"}", 3.0),
                        Map.entry("kafscale_processor_errors_total{stage=\"decode\"}", 1.0),
                        Map.entry("kafscale_processor_errors_total{stage=\"schema\"}", 0.0),
                        Map.entry("kafscale_processor_errors_total{stage=\"sink\"}", 1.0),
                        Map.entry("kafscale_processor_retries_total{stage=\"fetch\"}", 1.0),
                        Map.entry("kafscale_processor_sessions_lost_total", 1.0),
                        Map.entry("kafscale_processor_fenced_commits_total{topic=\"orders\"}", 1.0),
                        Map.entry("kafscale_processor_dead_letters_total{stage=\"transform\",topic=\"orders\"}", 1.0),
                        Map.entry("kafscale_processor_skipped_offsets_total{stage=\"decode\",topic=\"orders\"}", 5.0),
                        Map.entry("kafscale_processor_gap_offsets_total{topic=\"orders\"}", 7.0),
                        Map.entry("kafscale_processor_overlap_offsets_total{topic=\"orders\"}", 3.0),
                        Map.entry("kafscale_processor_stray_records_total{topic=\"orders\"}", 11.0),
                        Map.entry("kafscale_processor_partition_moves_total{move=\"acquired\",topic=\"orders\"}", 2.0),
                        Map.entry("kafscale_processor_partition_moves_total{move=\"released\",topic=\"orders\"}", 1.0),
                        Map.entry("kafscale_processor_partition_moves_total{move=\"lost\",topic=\"orders\"}", 1.0));
    }

    @Test
    void latency_isInMilliseconds_andABatchWithoutRecordsHasNone() {
        AllEvents.list().forEach(counters::count);

        assertThat(Scrape.of(registry).samples())
                .containsEntry("kafscale_processor_write_latency_ms_sum{topic=\"orders\"}", 40.0)
                .containsEntry("kafscale_processor_write_latency_ms_count{topic=\"orders\"}", 1.0)
                .containsEntry("kafscale_processor_write_latency_ms_bucket{le=\"25.0\",topic=\"orders\"}", 0.0)
                .containsEntry("kafscale_processor_write_latency_ms_bucket{le=\"50.0\",topic=\"orders\"}", 1.0);
    }

    @Test
    void everyStage_hasAnErrorOfTheGoProcessors() {
        for (Stage stage : Stage.values()) {
            counters.count(new ProcessorEvent.Failed(stage, null, 1, "no"));
        }
        assertThat(Scrape.of(registry).samples())
                .containsEntry("kafscale_processor_errors_total{stage=\"discover\"}", 1.0)
                .containsEntry("kafscale_processor_errors_total{stage=\"checkpoint\"}", 3.0)
                .containsEntry("kafscale_processor_errors_total{stage=\"decode\"}", 2.0)
                .containsEntry("kafscale_processor_errors_total{stage=\"schema\"}", 1.0)
                .containsEntry("kafscale_processor_errors_total{stage=\"sink\"}", 2.0)
                .containsEntry("kafscale_processor_retries_total{stage=\"dead_letter\"}", 1.0);
    }
}
