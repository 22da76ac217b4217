package io.kafscale.torture;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code make torture}: tortures workers over each of the stores it is given, one after the other. Ends with 1 when something
 * happened that must not.
 *
 * <p>Arguments: seconds of faults for each store, a seed or {@code random}, the directory for what is left behind, and stores
 * of {@code etcd}, {@code s3} and {@code jdbc}.
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
        List<StoreKind> stores = new ArrayList<>();
        for (String name : List.of(arguments).subList(3, arguments.length)) {
            stores.add(StoreKind.of(name));
        }
        boolean isSound = true;
        for (StoreKind store : stores) {
            TortureOptions options = new TortureOptions(
                    store,
                    SinkKind.LEDGER,
                    seed,
                    faults,
                    WORKERS,
                    TOPICS,
                    PARTITIONS,
                    directory.resolve(store.toString()));
            Verdict verdict = new TortureRun(options, out).run();
            print(verdict, out);
            isSound &= verdict.isSound();
        }
        System.exit(isSound ? 0 : 1);
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
