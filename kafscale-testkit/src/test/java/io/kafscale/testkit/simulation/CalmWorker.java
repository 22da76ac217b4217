package io.kafscale.testkit.simulation;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.processor.OutOfRangePolicy;
import io.kafscale.processor.OverlapPolicy;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.runtime.Command;
import io.kafscale.processor.runtime.CommandRunner;
import io.kafscale.processor.runtime.Coordinator;
import io.kafscale.processor.runtime.Discovery;
import io.kafscale.processor.runtime.Event;
import io.kafscale.processor.runtime.Settings;
import io.kafscale.processor.runtime.Subscriptions;
import io.kafscale.processor.runtime.TopicPlan;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A worker in simulated time to which nothing bad happens, so that hours can be looked at, and what they cost. */
final class CalmWorker {

    static final String GROUP = "calm";
    static final Duration POLL = Duration.ofSeconds(5);
    static final Duration MAX_POLL = Duration.ofSeconds(30);
    static final Duration DISCOVERY = Duration.ofSeconds(30);
    static final Duration MAX_DISCOVERY = Duration.ofMinutes(5);
    static final Duration GRACE = Duration.ofSeconds(60);

    private static final long COMMAND_NANOS = Duration.ofMillis(10).toNanos();

    final List<ProcessorEvent> events = new ArrayList<>();
    final Map<TopicPartition, List<String>> delivered = new TreeMap<>();

    private final VirtualTime time;
    private final Coordinator coordinator;
    private final CommandRunner runner;
    private long tickVersion;

    CalmWorker(
            VirtualTime time,
            ObjectStore objects,
            InMemoryCheckpointStore checkpoints,
            OutOfRangePolicy onOutOfRange,
            OverlapPolicy onOverlap) {
        this.time = time;
        Settings settings = new Settings(
                GROUP,
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                POLL,
                MAX_POLL,
                Duration.ofMinutes(1),
                DISCOVERY,
                MAX_DISCOVERY,
                GRACE,
                64 << 20,
                4,
                16,
                16,
                false,
                Integer.MAX_VALUE);
        Subscriptions subscriptions = new Subscriptions(Map.of("orders", plan(onOutOfRange, onOverlap)));
        this.runner = new CommandRunner(
                objects, "production", checkpoints, Discovery.BY_LISTING, subscriptions, null, settings);
        this.coordinator = new Coordinator(settings, subscriptions, time, new Random(1), () -> 0, this::execute);
    }

    private TopicPlan plan(OutOfRangePolicy onOutOfRange, OverlapPolicy onOverlap) {
        TopicPlan plan = TopicPlan.to(this::write);
        return new TopicPlan(
                plan.sinks(),
                plan.transforms(),
                plan.policies(),
                plan.start(),
                plan.batches(),
                plan.isPlanned(),
                onOutOfRange,
                onOverlap);
    }

    void start() {
        coordinator.start();
        scheduleTick();
    }

    long bufferedBytes() {
        return coordinator.bufferedBytes();
    }

    void close() {
        handle(new Event.DrainWanted());
    }

    /** All records, in the order in which they came. */
    List<String> delivered(TopicPartition partition) {
        return delivered.getOrDefault(partition, List.of());
    }

    int deliveries() {
        return delivered.values().stream().mapToInt(List::size).sum();
    }

    private void write(RecordBatch batch) {
        List<String> values = delivered.computeIfAbsent(batch.topicPartition(), partition -> new ArrayList<>());
        for (Record record : batch) {
            values.add(record.offset() + "=" + record.value().toUtf8());
        }
    }

    private void execute(Command command) {
        if (command instanceof Command.Tell tell) {
            events.add(tell.event());
        } else if (!(command instanceof Command.Interrupt) && !(command instanceof Command.Stop)) {
            time.afterNanos(COMMAND_NANOS, () -> runner.run(command, this::handle));
        }
    }

    private void handle(Event event) {
        coordinator.handle(event);
        scheduleTick();
    }

    private void scheduleTick() {
        long version = ++tickVersion;
        long wait = coordinator.nanosUntilNextTick();
        if (wait != Long.MAX_VALUE && !coordinator.isStopped()) {
            time.afterNanos(wait, () -> {
                if (version == tickVersion) {
                    coordinator.tick();
                    scheduleTick();
                }
            });
        }
    }
}
