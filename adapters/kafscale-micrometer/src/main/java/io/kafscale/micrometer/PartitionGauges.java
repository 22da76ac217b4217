package io.kafscale.micrometer;

import io.kafscale.checkpoint.LossLedger;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.segment.TopicPartition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The gauges of each partition, in the registry while it is owned. Thread safe. */
final class PartitionGauges {

    private static final double MILLIS = 1e3;

    private final MeterRegistry registry;
    private final Tags tags;
    private final HealthSampler health;
    private final Map<TopicPartition, List<Gauge>> shown = new HashMap<>();
    private boolean closed;

    PartitionGauges(MeterRegistry registry, Tags tags, HealthSampler health) {
        this.registry = registry;
        this.tags = tags;
        this.health = health;
    }

    synchronized void show(TopicPartition partition) {
        if (!closed) {
            shown.computeIfAbsent(partition, this::register);
        }
    }

    synchronized void hide(TopicPartition partition) {
        List<Gauge> gauges = shown.remove(partition);
        if (gauges != null) {
            gauges.forEach(registry::remove);
        }
    }

    /** What no event told: the listener may have been forgotten, and a processor that breaks down says no farewell. */
    synchronized void showOnly(Set<TopicPartition> owned) {
        for (TopicPartition partition : new HashSet<>(shown.keySet())) {
            if (!owned.contains(partition)) {
                hide(partition);
            }
        }
        owned.forEach(this::show);
    }

    synchronized void close() {
        showOnly(Set.of());
        closed = true;
    }

    private List<Gauge> register(TopicPartition partition) {
        Row row = new Row(partition);
        row.add("last.offset", "The last offset committed.", state -> state.committedOffset() - 1.0);
        row.add("watermark.offset", "The last offset committed.", state -> state.committedOffset() - 1.0);
        row.add(
                "watermark.timestamp.ms",
                "Unix milliseconds of the newest record confirmed.",
                state -> state.timestampMillis() < 0 ? Double.NaN : state.timestampMillis());
        row.add("end.offset", "The offset after the last one known to be in the log.", PartitionHealth::endOffset);
        row.add("lag.offsets", "Offsets known to be in the log and not committed.", PartitionHealth::lag);
        row.add(
                "lag.seconds",
                "Age of the newest record confirmed, while more is in the log.",
                state -> state.timeLag().toMillis() / MILLIS);
        row.add(
                "seconds.since.progress",
                "How long ago anything was confirmed, or nothing was left to do.",
                state -> state.sinceProgress().toMillis() / MILLIS);
        row.add(
                "blocked",
                "1 while something keeps failing, or has stopped it.",
                state -> state.blockedOn() == null ? 0 : 1);
        row.addLoss("gap", LossLedger::gapOffsets);
        row.addLoss("overlap", LossLedger::overlapOffsets);
        row.addLoss("stray", LossLedger::strayRecords);
        row.addLoss("skipped", LossLedger::skippedOffsets);
        row.addLoss("dead_letter", LossLedger::deadLetters);
        return row.gauges;
    }

    /** All gauges of one partition. */
    private final class Row {
        private final TopicPartition partition;
        private final Tags labels;
        private final List<Gauge> gauges = new ArrayList<>();

        Row(TopicPartition partition) {
            this.partition = partition;
            this.labels = tags.and(
                    "topic", partition.topic(),
                    "partition", Integer.toString(partition.partition()));
        }

        void add(String name, String description, ToDoubleFunction<PartitionHealth> figure) {
            add(name, description, labels, figure);
        }

        void addLoss(String kind, ToLongFunction<LossLedger> count) {
            add(
                    "losses",
                    "The loss ledger: offsets or records passed over since the group began.",
                    labels.and("kind", kind),
                    state -> count.applyAsLong(state.losses()));
        }

        private void add(String name, String description, Tags all, ToDoubleFunction<PartitionHealth> figure) {
            gauges.add(Gauge.builder("kafscale.processor." + name, () -> health.figure(partition, figure))
                    .description(description)
                    .tags(all)
                    .register(registry));
        }
    }
}
