package io.kafscale.torture;

import io.kafscale.checkpoint.GroupState;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * One run: servers, a producer, workers; faults for a while; then calm until everything is committed, a drain, and the
 * {@link Judgement}. For one thread.
 */
final class TortureRun {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long PRODUCER_PAUSE_MILLIS = 80;

    private final TortureOptions options;
    private final PrintStream out;
    private final ProducedLog produced = new ProducedLog();
    private final long start = System.nanoTime();
    private long nextReportNanos = start;

    TortureRun(TortureOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /**
     * Runs it, once.
     *
     * @throws IllegalStateException when a server does not start, or the like, so that nothing can be said of the workers
     */
    Verdict run() throws Exception {
        Path directory = makeAnew(options.directory());
        say(
                "workers are %s; starting S3 and the store; ledgers, histories and logs go to %s",
                options.traits(), directory);
        try (Bucket bucket = Bucket.start();
                S3Client client = Bucket.client(bucket.good().endpoint());
                StoreServer store = StoreServer.start(options.store(), bucket);
                StoreConnection outside = options.store().connect(store.bestAddress(), options.ttl());
                SinkDatabase sinks = SinkDatabase.start(options, store);
                Fleet fleet = new Fleet(options, store, sinks, bucket, directory)) {
            Producer producer =
                    new Producer(client, options.topicPartitions(), produced, options.seed(), PRODUCER_PAUSE_MILLIS);
            CommitWatch watch = new CommitWatch(outside.store());
            Faults faults = new Faults(options, fleet, store, sinks, bucket);
            producer.start();
            fleet.fill();
            awaitBeginning(watch, fleet, faults);
            faults.start();
            long calmFrom = System.nanoTime() + options.faults().toNanos();
            while (System.nanoTime() < calmFrom) {
                lookAndReport(watch, fleet, faults);
            }
            faults.stop();
            producer.stop();
            say("calm from now on");
            Duration settled = awaitCommitted(watch, fleet, faults);
            fleet.drain();
            GroupState last = watch.look().orElseThrow(() -> new IllegalStateException("the store does not answer"));
            List<TableCheck.Row> rows = sinks == null ? List.of() : sinks.rows();
            Verdict verdict = new Judgement(options, produced, fleet, watch, faults.counts()).pass(last, settled, rows);
            Files.write(directory.resolve("violations.txt"), verdict.violations());
            return verdict;
        }
    }

    /**
     * Waits until each partition has been committed once, so that there is something to disturb, or patience ends.
     *
     * @throws IllegalStateException when all workers have ended, which nobody asked them to
     */
    private void awaitBeginning(CommitWatch watch, Fleet fleet, Faults faults) throws InterruptedException {
        long begun = System.nanoTime();
        while (watch.partitions() < options.topicPartitions().size()
                && System.nanoTime() - begun < PATIENCE.toNanos()) {
            if (fleet.alive() == 0) {
                throw new IllegalStateException("all workers have ended before anything was done to them; see "
                        + fleet.all().get(0).options().log());
            }
            lookAndReport(watch, fleet, faults);
        }
        say("faults from now on");
    }

    /** Waits until all that was produced is committed, or patience ends. */
    private Duration awaitCommitted(CommitWatch watch, Fleet fleet, Faults faults) throws InterruptedException {
        long calm = System.nanoTime();
        while (!watch.isAtEndOf(produced) && System.nanoTime() - calm < PATIENCE.toNanos()) {
            lookAndReport(watch, fleet, faults);
        }
        return Duration.ofNanos(System.nanoTime() - calm);
    }

    private void lookAndReport(CommitWatch watch, Fleet fleet, Faults faults) throws InterruptedException {
        watch.look();
        if (System.nanoTime() >= nextReportNanos) {
            nextReportNanos = System.nanoTime() + BETWEEN_REPORTS.toNanos();
            say(
                    "%,7d records produced, offsets committed up to %,7d, %d workers of %d so far, %d faults; last %s",
                    produced.records(),
                    watch.committed(),
                    fleet.alive(),
                    fleet.all().size(),
                    faults.counts().values().stream()
                            .mapToInt(Integer::intValue)
                            .sum(),
                    faults.last());
        }
        TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
    }

    private static Path makeAnew(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> old = Files.walk(directory)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        return Files.createDirectories(directory);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    private void say(String format, Object... arguments) {
        out.printf(
                Locale.ROOT,
                "%-9s %4d s  %s%n",
                options.name(),
                Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                String.format(Locale.ROOT, format, arguments));
    }
}
