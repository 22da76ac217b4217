package io.kafscale.testkit.simulation;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Many runs, summed up. From the command line: how many seeds, and from which on; prints what was run and ends with 1 when a
 * promise was broken.
 */
public final class Simulations {

    private static final int PROGRESS_EVERY = 1000;

    private final Map<String, Integer> faults = new TreeMap<>();
    private long seeds;
    private long acknowledged;
    private long deliveries;
    private long foundByName;
    private Duration simulated = Duration.ZERO;

    /** Runs {@code count} seeds from {@code first} on, one after the other. */
    public static void main(String[] arguments) {
        long count = Long.parseLong(arguments[0]);
        long first = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
        Simulations sum = new Simulations();
        try {
            LongStream.range(first, first + count).forEach(seed -> {
                sum.add(Simulation.run(seed, Sabotage.NONE));
                if (sum.seeds % PROGRESS_EVERY == 0) {
                    System.err.printf("%d of %d seeds ...%n", sum.seeds, count);
                }
            });
        } catch (AssertionError e) {
            System.out.println(e.getMessage());
            System.out.println("after " + sum.seeds + " sound seeds");
            System.exit(1);
        }
        System.out.println(sum);
    }

    /** Adds a run. */
    public void add(Simulation.Report report) {
        seeds++;
        acknowledged += report.acknowledged();
        deliveries += report.deliveries();
        foundByName += report.foundByName();
        simulated = simulated.plus(report.simulated());
        report.faults().forEach((kind, times) -> faults.merge(kind, times, Integer::sum));
    }

    /** How often each kind of fault was injected. */
    public Map<String, Integer> faults() {
        return Map.copyOf(faults);
    }

    /** Records that producers were told are stored. */
    public long acknowledged() {
        return acknowledged;
    }

    /** Segments that were found without a listing. */
    public long foundByName() {
        return foundByName;
    }

    /** The figures, a line for each kind of fault. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                "%d seeds, %d simulated hours, no promise broken: %d records acknowledged, %d delivered (%.2f times each),"
                        + " %d segments found by name%n",
                seeds,
                simulated.toHours(),
                acknowledged,
                deliveries,
                (double) deliveries / Math.max(1, acknowledged),
                foundByName));
        faults.forEach((kind, times) -> text.append(String.format("  %-22s %9d%n", kind, times)));
        return text.toString().stripTrailing();
    }
}
