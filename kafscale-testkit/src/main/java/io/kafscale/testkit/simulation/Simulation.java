package io.kafscale.testkit.simulation;

import io.kafscale.processor.runtime.Settings;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Some workers, some partitions, a broker that goes on writing, and faults of every kind, all from one seed and in
 * simulated time: the same seed is the same run to the last event. After a while the faults stop, and everything
 * acknowledged must then have been delivered and committed.
 *
 * <p>What must hold throughout is in {@code DeliveryLedger}: no offset is committed that a sink did not confirm, the
 * committed offset and its epoch never fall, within an epoch batches come in order, nothing is dispatched under an older
 * epoch, and every acknowledged record arrives with its own content.
 */
public final class Simulation {

    /** No segment that is written here is larger. */
    static final long LARGEST_SEGMENT = 4096;

    private static final String NAMESPACE = "production";
    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 3;
    private static final int WORKERS = 3;
    private static final int SEGMENTS = 25;
    private static final int DIARY_LINES = 30;
    private static final Duration FAULTY = Duration.ofMinutes(3);
    private static final Duration CALM = Duration.ofMinutes(10);
    /** Where records kill workers, each takes some leases. */
    private static final Duration CALM_AFTER_DEATHS = Duration.ofMinutes(60);

    private static final Duration STEP = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();
    private final DeliveryLedger ledger;
    private final Faults faults;
    private final Sabotage sabotage;
    private final InMemoryObjectStore objects;
    private final FlakyCheckpointStore checkpoints;
    private final SimulatedCatalog catalog;
    private final Variant variant;
    private final SimulatedTable table;
    private final Settings settings;
    private final List<SimulatedBroker> brokers = new ArrayList<>();
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final Queue<String> diary = new ArrayDeque<>();
    private final Set<TopicPartition> sought = new HashSet<>();
    private int started;
    private long foundByName;
    private boolean closing;

    /**
     * How a run went.
     *
     * @param seed which run it was
     * @param acknowledged records that producers were told are stored; each was delivered at least once
     * @param deliveries records that sinks were given
     * @param foundByName segments that were found without a listing
     * @param simulated how much time went by
     * @param faults how many were injected, by kind
     */
    public record Report(
            long seed,
            long acknowledged,
            long deliveries,
            long foundByName,
            Duration simulated,
            Map<String, Integer> faults) {}

    private static Settings settings(Variant variant) {
        return new Settings(
                "simulated",
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(4),
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(15),
                8192,
                3,
                5,
                4,
                variant.isSerialized(),
                Integer.MAX_VALUE);
    }

    private Simulation(long seed, Sabotage sabotage) {
        this.faults = new Faults(seed);
        this.sabotage = sabotage;
        this.variant = Variant.of(seed);
        this.ledger = new DeliveryLedger(variant::isFilteredOut);
        this.table = new SimulatedTable(ledger);
        this.settings = settings(variant);
        this.objects = new InMemoryObjectStore(time, InMemoryObjectStore.DEFAULT_PAGE_SIZE);
        this.checkpoints = new FlakyCheckpointStore(time, faults, ledger, sabotage);
        this.catalog = new SimulatedCatalog(time, faults, event -> workers.forEach(worker -> worker.hear(event)));
    }

    /**
     * Runs one seed.
     *
     * @throws AssertionError when a promise is broken; its message says which, and with which seed to see it again
     */
    public static Report run(long seed, Sabotage sabotage) {
        Simulation simulation = new Simulation(seed, sabotage);
        try {
            return simulation.run(seed);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + (sabotage == Sabotage.NONE ? "" : " with " + sabotage) + ", after "
                            + Duration.ofNanos(simulation.time.nanoTime()) + ": " + e.getMessage()
                            + simulation.whatLedToIt(),
                    e);
        }
    }

    private Report run(long seed) {
        for (int i = 0; i < PARTITIONS; i++) {
            TopicPartition partition = new TopicPartition(TOPIC, i);
            brokers.add(new SimulatedBroker(
                    time,
                    faults,
                    objects,
                    ledger,
                    catalog,
                    NAMESPACE,
                    partition,
                    SEGMENTS,
                    base -> checkpoints.rewritten(partition, base)));
        }
        for (SimulatedBroker broker : brokers) {
            time.after(faults.millis(0, 5_000), broker::writeNext);
        }
        for (int i = 0; i < WORKERS; i++) {
            time.after(faults.millis(0, 3_000), this::startWorker);
        }
        while (time.nanoTime() < FAULTY.toNanos()) {
            trouble();
            step();
        }
        faults.stop();
        workers.forEach(SimulatedWorker::calm);
        Duration calm = variant.poison() == Variant.Poison.KILLS ? CALM_AFTER_DEATHS : CALM;
        long end = time.nanoTime() + calm.toNanos();
        while (!isComplete()) {
            retire();
            ledger.check(
                    time.nanoTime() < end, "no progress %s after the last fault: %s", calm, ledger.firstUnfinished());
            step();
        }
        closing = true;
        workers.forEach(SimulatedWorker::close);
        time.runUntil(time.nanoTime() + Duration.ofMinutes(1).toNanos());
        ledger.throwIfBroken();
        retire();
        ledger.check(workers.isEmpty(), "a worker did not end when it was closed");
        Map<String, Integer> injected = new TreeMap<>();
        faults.injected().forEach((kind, count) -> injected.put(kind.name(), count));
        return new Report(
                seed,
                ledger.acknowledged(),
                ledger.deliveries(),
                foundByName,
                Duration.ofNanos(time.nanoTime()),
                injected);
    }

    private String whatLedToIt() {
        StringBuilder text = new StringBuilder();
        diary.forEach(line -> text.append("\n  ").append(line));
        workers.forEach(worker -> text.append("\n  ").append(worker));
        return text.toString();
    }

    private void note(String line) {
        diary.add(Duration.ofNanos(time.nanoTime()) + " " + line);
        if (diary.size() > DIARY_LINES) {
            diary.remove();
        }
    }

    private boolean isComplete() {
        return brokers.stream().allMatch(SimulatedBroker::isDone) && ledger.isComplete();
    }

    private void step() {
        time.runUntil(time.nanoTime() + STEP.toNanos());
        ledger.throwIfBroken();
    }

    private void startWorker() {
        if (closing) {
            return;
        }
        SimulatedWorker worker = new SimulatedWorker(
                "worker " + ++started,
                this::note,
                time,
                faults,
                ledger,
                sabotage,
                settings,
                objects,
                NAMESPACE,
                checkpoints,
                variant,
                table,
                Set.of(TOPIC));
        workers.add(worker);
        worker.start();
        catalog.watched(worker);
    }

    private void retire() {
        for (SimulatedWorker worker : List.copyOf(workers)) {
            if (worker.isDead()) {
                remove(worker);
                time.after(faults.millis(10, 10_000), this::startWorker);
            } else if (worker.isStopped()) {
                ledger.check(worker.bufferedBytes() == 0, "%d bytes are left at the end", worker.bufferedBytes());
                ledger.check(worker.buffersOut() == 0, "%d buffers were not given back", worker.buffersOut());
                remove(worker);
            }
        }
    }

    private void troubleAtPartitions() {
        TopicPartition partition = new TopicPartition(TOPIC, faults.between(0, PARTITIONS - 1));
        for (SimulatedWorker worker : workers) {
            if (faults.happens(Faults.Kind.PARTITION_PAUSED, 0.005)) {
                worker.pausePartition(partition, faults.millis(100, 20_000));
            }
            // What a table has of its own it would have twice.
            if (!variant.keepsPosition() && faults.happens(Faults.Kind.PARTITION_SOUGHT, 0.003)) {
                sought.add(partition);
                worker.seek(partition);
            }
        }
    }

    private void remove(SimulatedWorker worker) {
        foundByName += worker.foundByName();
        workers.remove(worker);
    }

    /**
     * Now and then a worker is paused, or dies and is started anew, or is asked to end and another takes its place; and what
     * was read long ago expires.
     */
    private void trouble() {
        catalog.trouble();
        retire();
        troubleAtPartitions();
        for (SimulatedBroker broker : brokers) {
            // What is sent back to the beginning must still find it there.
            if (faults.between(1, 20) == 1 && !sought.contains(broker.partition())) {
                broker.expireOldest(ledger.committed(broker.partition()));
            }
        }
        for (SimulatedWorker worker : List.copyOf(workers)) {
            if (faults.happens(Faults.Kind.WORKER_PAUSED, 0.02)) {
                worker.pause(faults.random().nextBoolean());
                time.after(faults.millis(500, 30_000), worker::resume);
            } else if (faults.happens(Faults.Kind.WORKER_CRASHED, 0.01)) {
                worker.kill();
                remove(worker);
                time.after(faults.millis(10, 10_000), this::startWorker);
            } else if (faults.happens(Faults.Kind.WORKER_REPLACED, 0.01)) {
                worker.close();
                time.after(faults.millis(10, 10_000), this::startWorker);
            }
        }
    }
}
