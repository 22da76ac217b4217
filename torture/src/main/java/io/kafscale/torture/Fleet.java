package io.kafscale.torture;

import io.kafscale.testkit.FaultProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** All worker processes of a run, those that have ended too. Changed by one thread, looked at by any. */
final class Fleet implements AutoCloseable {

    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(90);

    private final TortureOptions options;
    private final StoreServer store;
    private final @Nullable SinkDatabase sinks;
    private final Bucket bucket;
    private final Path directory;
    private final List<WorkerProcess> all = new CopyOnWriteArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final Thread lastResort = new Thread(this::killAll, "kill workers");

    /** @param sinks where sinks write to, or null when they need no database */
    Fleet(TortureOptions options, StoreServer store, @Nullable SinkDatabase sinks, Bucket bucket, Path directory) {
        this.options = options;
        this.store = store;
        this.sinks = sinks;
        this.bucket = bucket;
        this.directory = directory;
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Every worker there was. */
    List<WorkerProcess> all() {
        return List.copyOf(all);
    }

    /** Those that run undisturbed. */
    List<WorkerProcess> well() {
        return all.stream().filter(WorkerProcess::isWell).toList();
    }

    /** How many processes there are, stopped and draining ones too. */
    long alive() {
        return all.stream().filter(WorkerProcess::isAlive).count();
    }

    /** What workers did that they should not: ending by themselves, or not when they were asked to. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    WorkerProcess start() throws IOException {
        int number = all.size() + 1;
        FaultProxy network = FaultProxy.to(store.port());
        FaultProxy sinkNetwork =
                sinks == null ? null : FaultProxy.to(sinks.server().port());
        WorkerProcess worker = WorkerProcess.start(
                new WorkerOptions(
                        "w" + number,
                        directory,
                        options.store(),
                        store.address(network.port()),
                        bucket.segments().endpoint().toString(),
                        options.sink(),
                        sinks == null || sinkNetwork == null
                                ? "-"
                                : sinks.server().address(sinkNetwork.port()),
                        options.traits().ofWorker(options, number),
                        options.ttl(),
                        options.topics()),
                network,
                sinkNetwork);
        all.add(worker);
        return worker;
    }

    /** Notes who has ended, and starts workers until there are as many as there should be, draining ones not counted. */
    void fill() throws IOException {
        noteEnds();
        long present = all.stream()
                .filter(worker -> worker.isAlive() && worker.state() != WorkerProcess.State.DRAINING)
                .count();
        for (long i = present; i < options.workers(); i++) {
            start();
        }
    }

    private void noteEnds() {
        for (WorkerProcess worker : all) {
            if (!worker.isAlive() && worker.state() != WorkerProcess.State.ENDED) {
                boolean wasAsked = worker.state() == WorkerProcess.State.DRAINING;
                int code = worker.noteEnd();
                if (!wasAsked || code != WorkerProcess.TERMINATED) {
                    problems.add(worker.name() + " ended with exit code " + code + (wasAsked ? " when" : " before")
                            + " it was asked to; see " + worker.options().log());
                }
            }
        }
    }

    /** Asks all to end, and waits until they have. */
    void drain() throws InterruptedException {
        noteEnds();
        List<WorkerProcess> present =
                all.stream().filter(WorkerProcess::isAlive).toList();
        present.forEach(WorkerProcess::terminate);
        for (WorkerProcess worker : present) {
            if (!worker.awaitEnd(DRAIN_PATIENCE)) {
                problems.add(worker.name() + " did not end in good order within " + DRAIN_PATIENCE.toSeconds()
                        + " s of SIGTERM; see " + worker.options().log());
            }
        }
    }

    private void killAll() {
        for (WorkerProcess worker : all) {
            try {
                if (worker.isAlive()) {
                    worker.kill();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        killAll();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }
}
