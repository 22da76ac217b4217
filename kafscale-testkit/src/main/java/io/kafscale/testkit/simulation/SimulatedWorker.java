package io.kafscale.testkit.simulation;

import io.kafscale.discovery.ObjectStore;
import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.SinkLifecycle;
import io.kafscale.processor.StartPosition;
import io.kafscale.processor.runtime.Command;
import io.kafscale.processor.runtime.CommandRunner;
import io.kafscale.processor.runtime.Coordinator;
import io.kafscale.processor.runtime.Discovery;
import io.kafscale.processor.runtime.Event;
import io.kafscale.processor.runtime.SegmentBatch;
import io.kafscale.processor.runtime.Settings;
import io.kafscale.processor.runtime.Subscriptions;
import io.kafscale.processor.runtime.Ticker;
import io.kafscale.processor.runtime.TopicPlan;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.simulation.Faults.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
    private final SimulatedSink sink;
    private final long mostBeyondBudget;
    private final Set<SegmentBatch> inFlight = new LinkedHashSet<>();
    private final List<Runnable> heldBack = new ArrayList<>();
    private final List<Runnable> whenCalm = new ArrayList<>();
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
            Variant variant,
            SimulatedTable table,
            Set<String> topics) {
        this.name = name;
        this.diary = diary;
        this.time = time;
        this.faults = faults;
        this.ledger = ledger;
        this.sabotage = sabotage;
        this.settings = settings;
        // What is planned together is held together.
        this.mostBeyondBudget = (variant.isPlanned() ? 4 : 1) * Simulation.LARGEST_SEGMENT;
        this.sink = new SimulatedSink(variant, faults, ledger, table, new InThisProcess(), this::kill);
        SinkLifecycle asSink = sink.asSink();
        Subscriptions subscriptions = subscriptions(topics, variant.plan(asSink));
        ObjectStore flaky = new FlakyObjectStore(objects, faults, () -> commandBegun, sabotage);
        this.runner =
                new CommandRunner(flaky, namespace, checkpoints, Discovery.BY_LISTING, subscriptions, sink, settings);
        this.coordinator = new Coordinator(
                settings, subscriptions, new OwnClock(), faults.random(), runner::inflatedBytes, this::execute);
    }

    /** Half of the workers know the topics by name, the others by what they look like; they are to share them evenly. */
    private Subscriptions subscriptions(Set<String> topics, TopicPlan plan) {
        if (name.hashCode() % 2 == 0) {
            return new Subscriptions(topics.stream().collect(Collectors.toMap(topic -> topic, topic -> plan)));
        }
        Pattern looks = Pattern.compile(String.join("|", topics));
        return new Subscriptions(Map.of(), List.of(new Subscriptions.Alike(looks, plan)));
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

    /** Nothing fails any more: what hung goes on. */
    void calm() {
        resume();
        whenCalm.forEach(Runnable::run);
        whenCalm.clear();
    }

    boolean isDead() {
        return dead;
    }

    void close() {
        whenRunning(() -> {
            handle(new Event.DrainWanted());
            if (sabotage == Sabotage.RELEASE_BEFORE_DRAIN) {
                List.copyOf(inFlight).forEach(batch -> handle(new Event.NotWritten(batch)));
            }
        });
    }

    /** Holds a partition, and lets it go on after a while. */
    void pausePartition(TopicPartition partition, Duration delay) {
        whenRunning(() -> handle(new Event.PauseWanted(partition, true)));
        time.after(delay, () -> whenRunning(() -> handle(new Event.PauseWanted(partition, false))));
    }

    /** Sends a partition back to its beginning, if it is here. */
    @SuppressWarnings("FutureReturnValueIgnored") // what the ledger throws it keeps
    void seek(TopicPartition partition) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        answer.thenAccept(offset -> ledger.sought(partition));
        whenRunning(() -> handle(new Event.SeekWanted(partition, new StartPosition.Earliest(), answer)));
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
                coordinator.bufferedBytes() <= settings.maxBufferedBytes() + mostBeyondBudget,
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
            told(tell.event());
            return;
        } else if (command instanceof Command.Interrupt || command instanceof Command.Stop) {
            return;
        }
        if (command instanceof Command.Write write) {
            inFlight.add(write.batch());
        }
        Instant begun = time.instant();
        // Long enough, at times, for a broker to write two segments while it is under way.
        int longest = command instanceof Command.ListSegments ? 1_500 : 30;
        later(faults.millis(0, longest), () -> {
            commandBegun = begun;
            if (command instanceof Command.Release release) {
                ledger.check(
                        !sink.isWriting(release.lease().partition()),
                        "%s is given back while its sink is writing",
                        release.lease());
            }
            runner.run(command, event -> answered(command, event));
        });
    }

    private void told(ProcessorEvent event) {
        if (event instanceof DeliveryEvent.Skipped skipped) {
            for (long offset = skipped.from(); offset < skipped.until(); offset++) {
                ledger.putAside(skipped.partition(), offset);
            }
        }
        if (!event.isRoutine()) {
            diary.accept(name + ": " + event.message());
        }
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
        later(isPart ? Duration.ZERO : replyAfter(command), () -> {
            if (command instanceof Command.Write write && !isPart) {
                sink.heardOf(write.batch().topicPartition());
                inFlight.remove(write.batch());
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

    private final class InThisProcess implements SimulatedSink.Later {
        @Override
        public void after(int leastMillis, int mostMillis, Runnable action) {
            later(faults.millis(leastMillis, mostMillis), action);
        }

        @Override
        public void onceCalm(Runnable action) {
            whenCalm.add(() -> whenRunning(action));
        }
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
