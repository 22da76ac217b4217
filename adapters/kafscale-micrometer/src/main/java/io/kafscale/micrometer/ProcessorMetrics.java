package io.kafscale.micrometer;

import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.ProcessorListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.Objects;

/**
 * Meters a processor:
 *
 * <pre>{@code
 * ProcessorMetrics metrics = ProcessorMetrics.on(registry);
 * Processor processor = ProcessorBuilder.create("orders-to-warehouse")
 *         …
 *         .listener(metrics)
 *         .build();
 * metrics.watch(processor);
 * }</pre>
 *
 * <p>In Prometheus the first seven are named and labelled as those of KafScale's Go processors, so that their dashboards show
 * these too. All names begin with {@code kafscale_processor_}.
 *
 * <pre>
 *  records_total{topic,result}              what the sink looked at: written; filtered out: dropped; put aside by an
 *                                           error policy: invalid
 *  batches_total{topic}                     confirmed by the sink
 *  write_latency_ms{topic}                  how long the sink had a batch: a histogram, in milliseconds
 *  errors_total{stage}                      discover, checkpoint, decode, schema, sink
 *  last_offset{topic,partition}             the last one committed; -1 for none
 *  watermark_offset{topic,partition}        the same
 *  watermark_timestamp_ms{topic,partition}  Unix milliseconds of the newest record confirmed
 *
 *  retries_total{stage}                     failures that are tried again, by the name of the {@link io.kafscale.processor.Stage}
 *  fenced_commits_total{topic}              refused, as another owns the partition
 *  sessions_lost_total                      memberships that ended unasked
 *  partition_moves_total{topic,move}        acquired, released, lost
 *  dead_letters_total{topic,stage}
 *  skipped_offsets_total{topic,stage}
 *  gap_offsets_total{topic}                 in no segment
 *  overlap_offsets_total{topic}             in two segments, dropped from one
 *  stray_records_total{topic}               without a valid offset
 *
 *  end_offset{topic,partition}              the offset after the last one known to be in the log
 *  lag_offsets{topic,partition}             known to be in the log and not committed
 *  lag_seconds{topic,partition}             age of the newest record confirmed, while more is in the log
 *  seconds_since_progress{topic,partition}
 *  blocked{topic,partition}                 1 while something keeps failing, or has stopped it
 *  losses{topic,partition,kind}             the loss ledger since the group began: gap, overlap, stray, skipped, dead_letter
 *  partitions_owned
 *  buffered_bytes
 *  live, ready                              0 or 1
 * </pre>
 *
 * <p>Counters tell what happened in this process; where something was lost in the log, the next owner of a partition may come
 * by there and count it again. The ledger counts it once.
 *
 * <p>Gauges come from {@link Processor#health()}, asked at most once a second however many gauges are read. Those of a
 * partition are there while it is owned. The processor is held weakly; once it is gone, or before one is watched, gauges are
 * NaN. {@link #close()} takes all gauges out of the registry, and leaves the counters.
 *
 * <p>Each processor needs one of its own; those that share a registry need tags that tell them apart. Thread safe.
 */
public final class ProcessorMetrics implements ProcessorListener, AutoCloseable {

    private final EventCounters counters;
    private final HealthSampler health;
    private final HealthGauges gauges;
    private final PartitionGauges partitions;

    private ProcessorMetrics(MeterRegistry registry, Tags tags) {
        this.counters = new EventCounters(registry, tags);
        this.health = new HealthSampler(System::nanoTime);
        this.partitions = new PartitionGauges(registry, tags, health);
        this.gauges = new HealthGauges(registry, tags, health);
        health.onSample(partitions::showOnly);
    }

    /** Meters under the labels above. */
    public static ProcessorMetrics on(MeterRegistry registry) {
        return on(registry, Tags.empty());
    }

    /**
     * Meters under more labels.
     *
     * @param tags on every meter, such as {@code Tags.of("group", "orders-to-warehouse")}; the same keys for all that share
     *     the registry
     */
    public static ProcessorMetrics on(MeterRegistry registry, Iterable<Tag> tags) {
        return new ProcessorMetrics(Objects.requireNonNull(registry, "registry"), Tags.of(tags));
    }

    /** From now on the gauges show this processor, and no other. */
    public ProcessorMetrics watch(Processor processor) {
        health.watch(Objects.requireNonNull(processor, "processor"));
        return this;
    }

    @Override
    public void on(ProcessorEvent event) {
        counters.count(event);
        if (event instanceof ProcessorEvent.Acquired acquired) {
            partitions.show(acquired.partition());
        } else if (event instanceof ProcessorEvent.Released released) {
            partitions.hide(released.partition());
        } else if (event instanceof ProcessorEvent.Lost lost) {
            partitions.hide(lost.partition());
        }
    }

    /** Takes the gauges out of the registry. Idempotent. */
    @Override
    public void close() {
        health.unwatch();
        gauges.close();
        partitions.close();
    }
}
