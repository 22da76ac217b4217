package io.kafscale.micrometer;

import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.TopicPartition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** Counts what a processor tells. */
final class EventCounters {

    /** Those of the Go processors, so that histograms of both can be added up, and as many above, for milliseconds. */
    private static final double[] LATENCY_MILLIS = {
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
        30_000, 60_000
    };

    private final MeterRegistry registry;
    private final Tags tags;

    EventCounters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        // A rate can only be told of what was 0 once.
        StageNames.OF_GO.forEach(stage -> errors(stage, 0));
        sessionsLost(0);
    }

    void count(ProcessorEvent event) {
        if (event instanceof DeliveryEvent.Delivered delivered) {
            delivered(delivered);
        } else if (event instanceof ProcessorEvent.Failed failed) {
            errors(StageNames.ofGo(failed.stage()), 1);
            add("retries", "Failures that are tried again.", 1, Tags.of("stage", StageNames.of(failed.stage())));
        } else if (event instanceof DeliveryEvent.Stopped stopped) {
            errors(StageNames.ofGo(stopped.stage()), 1);
        } else if (event instanceof DeliveryEvent.ProcessorStopped stopped) {
            errors(StageNames.ofGo(stopped.stage()), 1);
        } else if (event instanceof ProcessorEvent.CatalogFailed) {
            errors(StageNames.DISCOVER, 1);
        } else if (event instanceof ProcessorEvent.SessionLost) {
            errors(StageNames.CHECKPOINT, 1);
            sessionsLost(1);
        } else if (event instanceof ProcessorEvent.CommitFenced fenced) {
            errors(StageNames.CHECKPOINT, 1);
            add("fenced.commits", "Commits refused, as another owns the partition.", 1, topic(fenced.partition()));
        } else {
            countMoves(event);
            countLosses(event);
        }
    }

    private void delivered(DeliveryEvent.Delivered delivered) {
        Tags topic = topic(delivered.partition());
        records(topic, "dropped", delivered.dropped());
        records(topic, "written", delivered.records());
        if (delivered.records() > 0) {
            add("batches", "Batches confirmed by the sink.", 1, topic);
            DistributionSummary.builder("kafscale.processor.write.latency.ms")
                    .description("How long the sink had a batch, in milliseconds.")
                    .serviceLevelObjectives(LATENCY_MILLIS)
                    .tags(tags)
                    .tags(topic)
                    .register(registry)
                    .record(delivered.took().toNanos() / 1e6);
        }
    }

    private void countMoves(ProcessorEvent event) {
        if (event instanceof ProcessorEvent.Acquired acquired) {
            move(acquired.partition(), "acquired");
        } else if (event instanceof ProcessorEvent.Released released) {
            move(released.partition(), "released");
        } else if (event instanceof ProcessorEvent.Lost lost) {
            move(lost.partition(), "lost");
        }
    }

    private void countLosses(ProcessorEvent event) {
        if (event instanceof DeliveryEvent.DeadLettered letter) {
            records(topic(letter.partition()), "invalid", 1);
            add("dead.letters", "Records that the dead letters have.", 1, of(letter.partition(), letter.stage()));
        } else if (event instanceof DeliveryEvent.Skipped skipped) {
            long offsets = skipped.until() - skipped.from();
            records(topic(skipped.partition()), "invalid", offsets);
            add(
                    "skipped.offsets",
                    "Offsets passed over, as an error policy says.",
                    offsets,
                    of(skipped.partition(), skipped.stage()));
        } else if (event instanceof ProcessorEvent.Gap gap) {
            add("gap.offsets", "Offsets that no segment holds.", gap.until() - gap.from(), topic(gap.partition()));
        } else if (event instanceof ProcessorEvent.Overlap overlap) {
            add(
                    "overlap.offsets",
                    "Offsets that two segments hold, dropped from one.",
                    overlap.until() - overlap.from(),
                    topic(overlap.partition()));
        } else if (event instanceof ProcessorEvent.Strays strays) {
            add(
                    "stray.records",
                    "Records without a valid offset, which are not delivered.",
                    strays.records(),
                    topic(strays.partition()));
        }
    }

    private void move(TopicPartition partition, String move) {
        add(
                "partition.moves",
                "Partitions that came and went.",
                1,
                topic(partition).and("move", move));
    }

    private void records(Tags topic, String result, long count) {
        add("records", "Records by what became of them.", count, topic.and("result", result));
    }

    private void errors(String stage, long count) {
        add("errors", "Failures by stage.", count, Tags.of("stage", stage));
    }

    private void sessionsLost(long count) {
        add("sessions.lost", "Memberships that ended without being asked to.", count, Tags.empty());
    }

    private void add(String name, String description, long count, Tags labels) {
        Counter.builder("kafscale.processor." + name)
                .description(description)
                .tags(tags)
                .tags(labels)
                .register(registry)
                .increment((double) count);
    }

    private static Tags topic(TopicPartition partition) {
        return Tags.of("topic", partition.topic());
    }

    private static Tags of(TopicPartition partition, Stage stage) {
        return topic(partition).and("stage", StageNames.of(stage));
    }
}
