package io.kafscale.torture;

import io.kafscale.testkit.FaultProxy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does one thing after another to the workers, the store and S3, as a seed says, and undoes it in time; keeps up the number
 * of workers meanwhile. All on one thread of its own, which alone touches the fleet until {@link #stop} has returned.
 */
final class Faults {

    private static final int SHORTEST_PAUSE_MILLIS = 300;
    private static final int LONGEST_PAUSE_MILLIS = 2_500;
    private static final int LONGEST_OUTAGE_MILLIS = 6_000;
    private static final int LONGEST_STORM_MILLIS = 6_000;
    private static final int MOST_TOO_MANY = 2;

    /** Undoes a fault. */
    @FunctionalInterface
    private interface Cure {
        void apply() throws IOException, InterruptedException;
    }

    private final TortureOptions options;
    private final Fleet fleet;
    private final StoreServer store;
    private final @Nullable SinkDatabase sinks;
    private final Bucket bucket;
    private final List<FaultKind> possible;
    private final Random random;
    private final PrintWriter log;
    private final long start = System.nanoTime();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1,
            task -> {
                Thread made = new Thread(task, "faults");
                made.setDaemon(true);
                return made;
            },
            // Once it is told to stop, what is under way is brought to its end and nothing more is begun.
            new ThreadPoolExecutor.DiscardPolicy());
    private final List<Cure> uncured = new ArrayList<>();
    private final Map<FaultKind, Integer> counts = new ConcurrentHashMap<>();
    private final Set<StoreServer> down = new HashSet<>();
    private volatile String last = "none";
    private volatile @Nullable Exception failure;

    /** @param sinks where sinks write to, or null when they need no database */
    Faults(TortureOptions options, Fleet fleet, StoreServer store, @Nullable SinkDatabase sinks, Bucket bucket)
            throws IOException {
        this.options = options;
        this.fleet = fleet;
        this.store = store;
        this.sinks = sinks;
        this.bucket = bucket;
        this.possible =
                Arrays.stream(FaultKind.values()).filter(this::isPossible).toList();
        this.random = new Random(options.seed());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.log = new PrintWriter(Files.newBufferedWriter(options.directory().resolve("faults.log")), true);
    }

    void start() {
        scheduleNext();
    }

    /**
     * Ends all faults, and brings the fleet to its number.
     *
     * @throws IllegalStateException when something could not be done to the workers, so that the run is worth nothing
     */
    void stop() throws IOException, InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException("a fault does not end: " + last);
        }
        for (Cure cure : List.copyOf(uncured)) {
            cure.apply();
        }
        uncured.clear();
        fleet.fill();
        log.close();
        Exception cause = failure;
        if (cause != null) {
            throw new IllegalStateException("a fault could not be brought about or undone after: " + last, cause);
        }
    }

    /** How often each was done. */
    Map<FaultKind, Integer> counts() {
        Map<FaultKind, Integer> sorted = new EnumMap<>(FaultKind.class);
        sorted.putAll(counts);
        return Collections.unmodifiableMap(sorted);
    }

    /** What was done last, for people. */
    String last() {
        return last;
    }

    private void scheduleNext() {
        schedule(between(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS), () -> {
            next();
            fleet.fill();
            scheduleNext();
        });
    }

    private void schedule(long millis, Cure task) {
        Future<?> unusedEnd = thread.schedule(
                () -> {
                    try {
                        task.apply();
                    } catch (IOException | RuntimeException e) {
                        failure = e;
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    private boolean isPossible(FaultKind kind) {
        return switch (kind) {
            case STORE_CRASH -> store.canCrash();
            case SINK_CUT_OFF -> sinks != null;
            case SINK_CRASH -> sinks != null && !sinks.isTheStores();
            // A policy that puts records aside would take a failing sink for so many bad records.
            case FAILING_SINK -> !options.traits().has(Trait.POISONED);
            default -> true;
        };
    }

    private void next() throws IOException, InterruptedException {
        int weights = 0;
        for (FaultKind kind : possible) {
            weights += kind.weight();
        }
        int dice = random.nextInt(weights);
        for (FaultKind kind : possible) {
            dice -= kind.weight();
            if (dice < 0) {
                bringAbout(kind);
                return;
            }
        }
    }

    private void bringAbout(FaultKind kind) throws IOException, InterruptedException {
        switch (kind) {
            case STORE_CRASH -> crash(kind, store);
            case SINK_CRASH -> crash(kind, Objects.requireNonNull(sinks, "sinks").server());
            case S3_STORM -> raiseStorm();
            case COMING_AND_GOING -> comeAndGo();
            default -> {
                List<WorkerProcess> well = fleet.well();
                // Half of them stay well, or there would be nothing to see.
                if (well.size() * 2 > options.workers()) {
                    spoil(kind, well.get(random.nextInt(well.size())));
                }
            }
        }
    }

    private void spoil(FaultKind kind, WorkerProcess worker) throws IOException, InterruptedException {
        long ttl = options.ttl().toMillis();
        switch (kind) {
            case KILL -> {
                did(kind, worker.name());
                worker.kill();
            }
            case STOP -> {
                long millis = between(ttl * 5 / 4, ttl * 5 / 2);
                did(kind, worker.name() + " for " + millis + " ms");
                worker.stop();
                cureAfter(millis, worker::resume);
            }
            case CUT_OFF -> cutOff(kind, worker, worker.cutOff(), between(ttl / 8, ttl * 3));
            case SINK_CUT_OFF -> cutOff(kind, worker, worker.cutOffSink(), between(ttl / 8, ttl * 3));
            case SLOW_SINK -> {
                // Now and then slower than a lease lasts.
                long most = random.nextInt(4) == 0 ? ttl * 2 : ttl / 4;
                tell(kind, worker, "slow " + most + " " + between(1_000, 5_000));
            }
            default -> tell(kind, worker, "fail " + between(30, 90) + " " + between(3_000, 8_000));
        }
    }

    private void cutOff(FaultKind kind, WorkerProcess worker, FaultProxy network, long millis) {
        int way = random.nextInt(3);
        if (way == 0) {
            network.cut();
        } else if (way == 1) {
            network.goDead();
        } else {
            network.loseReplies();
        }
        String how =
                List.of("connections cut", "nothing arrives", "replies lost").get(way);
        did(kind, worker.name() + " for " + millis + " ms, " + how);
        cureAfter(millis, worker::heal);
    }

    private void tell(FaultKind kind, WorkerProcess worker, String line) {
        did(kind, worker.name() + " " + line);
        worker.tell(line);
    }

    private void crash(FaultKind kind, StoreServer server) throws IOException, InterruptedException {
        if (!down.add(server)) {
            return;
        }
        long millis = between(100, LONGEST_OUTAGE_MILLIS);
        did(kind, "down for " + millis + " ms");
        server.crash();
        cureAfter(millis, () -> {
            server.recover();
            down.remove(server);
        });
    }

    private void raiseStorm() {
        long millis = between(1_000, LONGEST_STORM_MILLIS);
        int percent = (int) between(20, 100);
        did(FaultKind.S3_STORM, percent + " % for " + millis + " ms");
        S3Storm storm = new S3Storm(random.nextLong());
        bucket.segments().faults(request -> storm.fate(percent));
        if (random.nextBoolean()) {
            bucket.checkpoints().faults(request -> storm.fate(percent / 2));
        }
        cureAfter(millis, () -> {
            bucket.segments().heal();
            bucket.checkpoints().heal();
        });
    }

    private void comeAndGo() throws IOException {
        int coming = (int) between(1, 3);
        int going = (int) between(1, 3);
        List<WorkerProcess> well = new ArrayList<>(fleet.well());
        Collections.shuffle(well, random);
        List<WorkerProcess> leaving = well.subList(0, Math.min(going, Math.max(0, well.size() - 1)));
        leaving.forEach(WorkerProcess::terminate);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < coming && fleet.alive() < options.workers() + MOST_TOO_MANY; i++) {
            names.add(fleet.start().name());
        }
        did(
                FaultKind.COMING_AND_GOING,
                leaving.stream().map(WorkerProcess::name).toList() + " go, " + names + " come");
    }

    private void cureAfter(long millis, Cure cure) {
        uncured.add(cure);
        schedule(millis, () -> {
            if (uncured.remove(cure)) {
                cure.apply();
                log.printf(Locale.ROOT, "%8.3f s  undone%n", seconds());
            }
        });
    }

    private void did(FaultKind kind, String what) {
        counts.merge(kind, 1, Integer::sum);
        last = kind + ": " + what;
        log.printf(Locale.ROOT, "%8.3f s  %s%n", seconds(), last);
    }

    private double seconds() {
        return Duration.ofNanos(System.nanoTime() - start).toMillis() / 1e3;
    }

    private long between(long least, long most) {
        return least + random.nextInt((int) (most - least + 1));
    }
}
