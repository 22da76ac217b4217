package io.kafscale.micrometer;

import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorHealth;
import io.kafscale.segment.TopicPartition;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Asks a processor how it is, at most once a second; a scrape reads hundreds of gauges. Thread safe. */
final class HealthSampler {

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private Consumer<Set<TopicPartition>> listener = owned -> {};
    private WeakReference<Processor> processor = new WeakReference<>(null);
    private @Nullable ProcessorHealth sample;
    private long sampledNanos;

    HealthSampler(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Has {@code listener} told, with each new sample, which partitions are owned. */
    void onSample(Consumer<Set<TopicPartition>> listener) {
        this.listener = listener;
    }

    synchronized void watch(Processor processor) {
        this.processor = new WeakReference<>(processor);
        sample = null;
    }

    synchronized void unwatch() {
        processor.clear();
        sample = null;
    }

    /** A figure of the processor's; NaN without one. */
    double figure(ToDoubleFunction<ProcessorHealth> figure) {
        ProcessorHealth health = current();
        return health == null ? Double.NaN : figure.applyAsDouble(health);
    }

    /** A figure of a partition's; NaN when it is not owned. */
    double figure(TopicPartition partition, ToDoubleFunction<PartitionHealth> figure) {
        ProcessorHealth health = current();
        PartitionHealth found = health == null ? null : health.partitions().get(partition);
        return found == null ? Double.NaN : figure.applyAsDouble(found);
    }

    private synchronized @Nullable ProcessorHealth current() {
        Processor watched = processor.get();
        if (watched == null) {
            if (sample != null) {
                sample = null;
                listener.accept(Set.of());
            }
            return null;
        }
        long now = nanoTime.getAsLong();
        if (sample == null || now - sampledNanos >= INTERVAL_NANOS) {
            ProcessorHealth health = watched.health();
            sample = health;
            sampledNanos = now;
            listener.accept(owned(health));
        }
        return sample;
    }

    /** Nothing is owned by one that has ended, whatever it did last. */
    private static Set<TopicPartition> owned(ProcessorHealth health) {
        Set<TopicPartition> owned = new TreeSet<>();
        if (health.isLive()) {
            health.partitions().forEach((partition, state) -> {
                if (state.phase() != PartitionHealth.Phase.LOST) {
                    owned.add(partition);
                }
            });
        }
        return owned;
    }
}
