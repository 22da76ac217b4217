package io.kafscale.torture;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * {@code make torture}: tortures workers over each of the stores it is given, one after the other. Ends with 1 when something
 * happened that must not.
 *
 * <p>Arguments: seconds of faults for each run, a seed or {@code random}, the directory for what is left behind, stores of
 * {@code etcd s3 jdbc}, and sinks of {@code ledger jdbc}, or an empty text for the ledger over each store and {@code jdbc} over
 * the store of this name.
 */
public final class Torture {

    private static final int WORKERS = 4;
    private static final int PARTITIONS = 4;
    private static final List<String> TOPICS = List.of("orders", "payments", "shipments");
    private static final int VIOLATIONS_SHOWN = 10;

    private Torture() {}

    /** Takes the arguments described above. */
    public static void main(String[] arguments) throws Exception {
        // It says itself what is going on.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Duration faults = Duration.ofSeconds(Long.parseLong(arguments[0]));
        long seed = arguments[1].equals("random") ? new SecureRandom().nextInt() : Long.parseLong(arguments[1]);
        Path directory = Path.of(arguments[2]).toAbsolutePath();
        boolean isSound = true;
        for (StoreKind store : words(arguments[3]).stream().map(StoreKind::of).toList()) {
            for (SinkKind sink : sinks(arguments[4], store)) {
                TortureOptions options =
                        new TortureOptions(store, sink, seed, faults, WORKERS, TOPICS, PARTITIONS, directory);
                Verdict verdict = new TortureRun(options, out).run();
                print(verdict, out);
                isSound &= verdict.isSound();
            }
        }
        System.exit(isSound ? 0 : 1);
    }

    /** What is not said is the ledger, and over a database a table in it. */
    private static List<SinkKind> sinks(String said, StoreKind store) {
        if (said.isBlank()) {
            return store == StoreKind.JDBC ? List.of(SinkKind.LEDGER, SinkKind.JDBC) : List.of(SinkKind.LEDGER);
        }
        return words(said).stream().map(SinkKind::of).toList();
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split(" +", -1));
    }

    static void print(Verdict verdict, PrintStream out) {
        out.println();
        verdict.figures().forEach(line -> out.println("  " + line));
        if (verdict.isSound()) {
            out.println("  sound");
        } else {
            out.println("  NOT SOUND: " + verdict.violations().size() + " violations, all in violations.txt");
            verdict.violations().stream().limit(VIOLATIONS_SHOWN).forEach(violation -> out.println("  - " + violation));
        }
        out.println();
    }
}
