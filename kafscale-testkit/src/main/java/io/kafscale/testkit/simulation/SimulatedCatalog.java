package io.kafscale.testkit.simulation;

import io.kafscale.processor.runtime.Event;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.simulation.Faults.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Tells workers how far brokers have come, as etcd would, and as badly as it may happen: hints that never come, come late
 * or before there is anything to see, overshoot, or go back; and a watch that breaks for a while. In some runs it never
 * tells anything.
 */
final class SimulatedCatalog {

    private final VirtualTime time;
    private final Faults faults;
    private final Consumer<Event> workers;
    private final Map<TopicPartition, Long> ends = new TreeMap<>();
    private final boolean used;
    private boolean broken;

    /** {@code workers} passes an event on to all of them. */
    SimulatedCatalog(VirtualTime time, Faults faults, Consumer<Event> workers) {
        this.time = time;
        this.faults = faults;
        this.workers = workers;
        this.used = faults.random().nextInt(4) > 0;
    }

    /** A worker begins to watch. */
    void watched(SimulatedWorker worker) {
        if (used && !broken) {
            worker.hear(new Event.CatalogBegan());
            ends.forEach((partition, end) -> worker.hear(new Event.EndMoved(partition, end)));
        }
    }

    /** A broker has begun to write a segment that ends before {@code nextOffset}. */
    void writing(TopicPartition partition, long nextOffset) {
        if (faults.happens(Kind.END_HINT_EARLY, 0.1)) {
            tell(partition, nextOffset);
        }
    }

    /** A broker has written a segment, or has failed to, and goes on at {@code nextOffset}. */
    void written(TopicPartition partition, long nextOffset) {
        if (faults.happens(Kind.END_HINT_LOST, 0.1)) {
            return;
        }
        long end = nextOffset;
        if (faults.happens(Kind.END_HINT_OVERSHOOTS, 0.05)) {
            end += faults.between(1, 12);
        } else if (faults.happens(Kind.END_HINT_GOES_BACK, 0.05)) {
            end = faults.between(0, (int) end);
        }
        long told = end;
        Duration delay = faults.happens(Kind.END_HINT_LATE, 0.1) ? faults.millis(100, 8_000) : Duration.ZERO;
        time.after(delay, () -> tell(partition, told));
    }

    private void tell(TopicPartition partition, long end) {
        ends.put(partition, end);
        if (used && !broken) {
            workers.accept(new Event.EndMoved(partition, end));
        }
    }

    /** Now and then the watch breaks, and begins anew after a while. */
    void trouble() {
        if (used && !broken && faults.happens(Kind.WATCH_BROKEN, 0.02)) {
            broken = true;
            workers.accept(new Event.CatalogEnded("simulated " + Kind.WATCH_BROKEN));
            time.after(faults.millis(100, 20_000), this::mend);
        }
    }

    private void mend() {
        broken = false;
        workers.accept(new Event.CatalogBegan());
        ends.forEach((partition, end) -> workers.accept(new Event.EndMoved(partition, end)));
    }
}
