package io.kafscale.testkit.simulation;

import io.kafscale.discovery.ObjectStore;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Sink;
import io.kafscale.processor.runtime.Command;
import io.kafscale.processor.runtime.CommandRunner;
import io.kafscale.processor.runtime.Coordinator;
import io.kafscale.processor.runtime.Discovery;
import io.kafscale.processor.runtime.Event;
import io.kafscale.processor.runtime.Settings;
import io.kafscale.processor.runtime.Subscriptions;
import io.kafscale.processor.runtime.Ticker;
import io.kafscale.processor.runtime.TopicPlan;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.simulation.Faults.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A worker process: the real coordinator and the real command runner, in simulated time. It can be paused, with or without
 * its monotonic clock, and killed.
 */
final class SimulatedWorker {

    private final String name;
    private final Consumer<String> diary;
    private final VirtualTime time;
    private final Faults faults;
    private final DeliveryLedger ledger;
    private final Sabotage sabotage;
    private final Settings settings;
    private final Coordinator coordinator;
    private final CommandRunner runner;
    private final Set<TopicPartition> beingWritten = new HashSet<>();
    private final List<Runnable> heldBack = new ArrayList<>();
    private boolean paused;
    private boolean dead;
    private long pausedAtNanos;
    private boolean clockStands;
    private long stoodStillNanos;
    private long tickVersion;
    private long foundByName;
    private Instant commandBegun = Instant.MIN;

    SimulatedWorker(
            String name,
            Consumer<String> diary,
            VirtualTime time,
            Faults faults,
            DeliveryLedger ledger,
            Sabotage sabotage,
            Settings settings,
            InMemoryObjectStore objects,
            String namespace,
            FlakyCheckpointStore checkpoints,
            Set<String> topics) {
        this.name = name;
        this.diary = diary;
        this.time = time;
        this.faults = faults;
        this.ledger = ledger;
        this.sabotage = sabotage;
        this.settings = settings;
        Map<String, TopicPlan> plans = new TreeMap<>();
        Sink sink = this::write;
        topics.forEach(topic -> plans.put(topic, TopicPlan.to(sink)));
        Subscriptions subscriptions = new Subscriptions(plans);
        ObjectStore flaky =
                new FlakyObjectStore(objects, faults, () -> commandBegun, sabotage == Sabotage.HALF_A_SEGMENT_BY_NAME);
        this.runner =
                new CommandRunner(flaky, namespace, checkpoints, Discovery.BY_LISTING, subscriptions, null, settings);
        this.coordinator = new Coordinator(settings, subscriptions, new OwnClock(), faults.random(), this::execute);
    }

    void start() {
        coordinator.start();
        scheduleTick();
    }

    void pause(boolean withClock) {
        if (!paused && !dead) {
            paused = true;
            pausedAtNanos = time.nanoTime();
            clockStands = withClock || sabotage == Sabotage.LEASE_NEVER_ENDS;
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            if (clockStands) {
                stoodStillNanos += time.nanoTime() - pausedAtNanos;
            }
            List<Runnable> held = List.copyOf(heldBack);
            heldBack.clear();
            held.forEach(Runnable::run);
        }
    }

    void kill() {
        dead = true;
    }

    void close() {
        whenRunning(() -> handle(new Event.DrainWanted()));
    }

    /** The catalog tells it something. */
    void hear(Event event) {
        later(faults.millis(0, 150), () -> handle(event));
    }

    /** How many segments it found by name. */
    long foundByName() {
        return foundByName;
    }

    boolean isStopped() {
        return coordinator.isStopped();
    }

    long bufferedBytes() {
        return coordinator.bufferedBytes();
    }

    int buffersOut() {
        return runner.buffersOut();
    }

    /** Lets {@code action} happen in this process: not while it is paused, and never once it is dead. */
    private void later(Duration delay, Runnable action) {
        time.after(delay, () -> whenRunning(action));
    }

    private void whenRunning(Runnable action) {
        if (paused) {
            heldBack.add(() -> whenRunning(action));
        } else if (!dead) {
            action.run();
        }
    }

    private void handle(Event event) {
        coordinator.handle(event);
        ledger.check(
                coordinator.bufferedBytes() <= settings.maxBufferedBytes() + Simulation.LARGEST_SEGMENT,
                "%d bytes buffered",
                coordinator.bufferedBytes());
        scheduleTick();
    }

    private void scheduleTick() {
        long version = ++tickVersion;
        long wait = coordinator.nanosUntilNextTick();
        if (wait != Long.MAX_VALUE && !coordinator.isStopped()) {
            time.afterNanos(
                    wait,
                    () -> whenRunning(() -> {
                        if (version == tickVersion) {
                            coordinator.tick();
                            scheduleTick();
                        }
                    }));
        }
    }

    private void execute(Command command) {
        if (command instanceof Command.Tell tell) {
            diary.accept(name + ": " + tell.event().message());
            return;
        } else if (command instanceof Command.Interrupt || command instanceof Command.Stop) {
            return;
        }
        Instant begun = time.instant();
        // Long enough, at times, for a broker to write two segments while it is under way.
        int longest = command instanceof Command.ListSegments ? 1_500 : 30;
        later(faults.millis(0, longest), () -> {
            commandBegun = begun;
            if (command instanceof Command.Release release) {
                ledger.check(
                        !beingWritten.contains(release.lease().partition()),
                        "%s is given back while its sink is writing",
                        release.lease());
            }
            runner.run(command, event -> answered(command, event));
        });
    }

    private void answered(Command command, Event event) {
        boolean isPart = event instanceof Event.ConfirmedPartly;
        Event answer = sabotage == Sabotage.COMMIT_PAST_FAILURE && event instanceof Event.NotConfirmed failed
                ? new Event.Confirmed(failed.batch())
                : event;
        if (event instanceof Event.LookedFor look && look.listed() != null) {
            foundByName++;
        }
        if (event instanceof Event.JoinedGroup joined) {
            joined.session().onChange(this::hinted);
        }
        later(replyAfter(command), () -> {
            if (command instanceof Command.Write write && !isPart) {
                beingWritten.remove(write.batch().topicPartition());
            }
            handle(answer);
        });
    }

    /** Ownership has changed somewhere: this worker hears of it late, or never. */
    private void hinted() {
        if (!faults.happens(Kind.HINT_LOST, 0.3)) {
            later(faults.millis(5, 500), () -> handle(new Event.OwnershipHint()));
        }
    }

    private Duration replyAfter(Command command) {
        if (command instanceof Command.Write && faults.happens(Kind.SINK_SLOW, 0.02)) {
            return faults.millis(1_000, 40_000);
        }
        return faults.millis(0, 60);
    }

    private void write(RecordBatch batch) throws IOException {
        ledger.check(beingWritten.add(batch.topicPartition()), "%s written while the one before is", batch);
        ledger.dispatched(batch);
        faults.failSometimes(Kind.SINK_FAILED, 0.05, "sink");
        ledger.confirmed(batch);
    }

    /** This machine's clocks: the monotonic one may stand still while the machine is suspended, the wall clock does not. */
    private final class OwnClock implements Ticker {
        @Override
        public long nanoTime() {
            return time.nanoTime() - stoodStillNanos;
        }

        @Override
        public long wallMillis() {
            long stoodStill = sabotage == Sabotage.LEASE_NEVER_ENDS ? stoodStillNanos / 1_000_000 : 0;
            return time.wallMillis() - stoodStill;
        }
    }

    @Override
    public String toString() {
        return name + (paused ? " (paused)" : "") + ": " + coordinator;
    }
}
