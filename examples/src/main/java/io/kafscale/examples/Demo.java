package io.kafscale.examples;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.s3.S3ObjectStore;
import io.kafscale.testkit.LocalS3;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The whole path on one machine, {@code make demo}: an S3 server in this JVM, the golden orders in a bucket, a writer that
 * adds segments, a processor that is stopped in mid stream and started again, and a check of every record. Ends with 1
 * when one is missing, doubled, out of order or altered, or when the processor is stuck.
 */
public final class Demo {

    /**
     * What the demo does.
     *
     * @param golden the directory of golden data
     * @param output the file that the sink writes; what was there before is deleted
     * @param corrupt damages a segment first: {@code KAFSCALE_DEMO_CORRUPT=1}
     * @param loseOutput deletes the output between the two runs: {@code KAFSCALE_DEMO_LOSE_OUTPUT=1}
     * @param newSegments how many segments are added, ten a second
     */
    record Options(Path golden, Path output, boolean corrupt, boolean loseOutput, int newSegments) {}

    private static final String BUCKET = "kafscale-data";
    private static final int NEW_SEGMENTS = 50;
    private static final Duration BETWEEN_SEGMENTS = Duration.ofMillis(100);
    private static final int PROBLEMS_SHOWN = 10;

    private final Options options;
    private final PrintStream out;
    private final OrderLog log = new OrderLog();
    private final AtomicInteger added = new AtomicInteger();
    private final CheckpointStore checkpoints = new InMemoryCheckpointStore();
    private volatile boolean stopped;

    Demo(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** Takes its options from the environment; {@code kafscale.golden} and {@code kafscale.demo.output} are paths. */
    public static void main(String[] args) throws Exception {
        // The demo says itself what is going on.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
        Options options = new Options(
                Path.of(System.getProperty("kafscale.golden", "golden")),
                Path.of(System.getProperty("kafscale.demo.output", "target/demo/orders.jsonl"))
                        .toAbsolutePath(),
                isSet("KAFSCALE_DEMO_CORRUPT"),
                isSet("KAFSCALE_DEMO_LOSE_OUTPUT"),
                NEW_SEGMENTS);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(new Demo(options, out).run() ? 0 : 1);
    }

    private static boolean isSet(String name) {
        String value = System.getenv(name);
        return value != null && !value.isEmpty() && !value.equals("0");
    }

    /** Runs the demo; says whether all went well. */
    boolean run() throws Exception {
        long start = System.nanoTime();
        Files.deleteIfExists(options.output());
        say("Starting an S3 server inside this JVM ...");
        try (LocalS3 server = LocalS3.start(BUCKET);
                S3Client client = client(server)) {
            OrderBroker broker = new OrderBroker(client, BUCKET, log);
            int segments = broker.putGolden(options.golden());
            say("  %s holds %,d orders in %d golden segments", server.endpoint(), log.records(), segments);
            say("  a writer adds %d segments more, ten a second", options.newSegments());
            if (options.corrupt()) {
                say("  one bit is flipped in %s", broker.damageOne(options.golden()));
            }
            ExecutorService writing = Executors.newSingleThreadExecutor();
            String obstacle;
            try {
                Future<?> writer = writing.submit(() -> addSegments(broker));
                obstacle = process(S3ObjectStore.create(client, BUCKET), writer);
                stopped = true;
                writer.get();
            } finally {
                stopped = true;
                writing.shutdown();
            }
            return report(obstacle, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private @Nullable Void addSegments(OrderBroker broker) throws InterruptedException {
        while (!stopped && added.get() < options.newSegments()) {
            broker.putNext();
            added.incrementAndGet();
            TimeUnit.NANOSECONDS.sleep(BETWEEN_SEGMENTS.toNanos());
        }
        return null;
    }

    /** Two processors, one after the other; returns what the one or the other could not get past. */
    private @Nullable String process(ObjectStore objects, Future<?> writer) throws Exception {
        say("%nRun 1: stopped in mid stream, while the writer goes on");
        String obstacle = process(objects, run -> run.records() > 0 && added.get() >= options.newSegments() / 2);
        if (obstacle != null) {
            return obstacle;
        }
        if (options.loseOutput()) {
            Files.delete(options.output());
            say("%nThe output file is deleted");
        }
        say("%nRun 2: another processor of the same group, until all is written and committed");
        return process(objects, run -> writer.isDone() && run.hasCommitted(log.ends()));
    }

    private @Nullable String process(ObjectStore objects, Predicate<DemoRun> goal) throws Exception {
        DemoRun run = new DemoRun(objects, checkpoints, options.output());
        String obstacle;
        try (run) {
            obstacle = run.awaitGoal(() -> goal.test(run));
        }
        say("  partition  began at  records     first      last       lag");
        for (Map.Entry<Integer, Long> end : log.ends().entrySet()) {
            int partition = end.getKey();
            DemoRun.Progress written = run.progress(partition);
            long next = written == null ? run.startedAt(partition) : written.last() + 1;
            say(
                    "  %-9s %,9d %,8d %9s %9s %,9d",
                    OrderBroker.TOPIC + "-" + partition,
                    run.startedAt(partition),
                    written == null ? 0 : written.records(),
                    written == null ? "-" : number(written.first()),
                    written == null ? "-" : number(written.last()),
                    end.getValue() - next);
        }
        say("  total               %,8d in %.1f s", run.records(), run.elapsed().toMillis() / 1000.0);
        return obstacle;
    }

    private boolean report(@Nullable String obstacle, Duration elapsed) throws IOException {
        List<String> problems = OutputCheck.problems(log, options.output());
        say("%nOutput: %s", options.output());
        if (obstacle != null) {
            say("FAILED: %s", obstacle);
        }
        if (problems.isEmpty() && obstacle == null) {
            say(
                    "OK: %,d records were put, and all are in the output once, in order and unaltered; %.1f s",
                    log.records(), elapsed.toMillis() / 1000.0);
            return true;
        }
        if (!problems.isEmpty()) {
            say(obstacle == null ? "FAILED: the output is not what was put" : "  therefore the output is incomplete:");
            problems.stream().limit(PROBLEMS_SHOWN).forEach(problem -> say("  %s", problem));
            if (problems.size() > PROBLEMS_SHOWN) {
                say("  and %,d more", problems.size() - PROBLEMS_SHOWN);
            }
        }
        return false;
    }

    private static S3Client client(LocalS3 server) {
        return S3Client.builder()
                .endpointOverride(server.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("demo", "demo")))
                .build();
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private void say(String format, Object... arguments) {
        out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
