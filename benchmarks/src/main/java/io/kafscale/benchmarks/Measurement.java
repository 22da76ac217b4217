package io.kafscale.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What was measured of one benchmark, over all its JVMs and iterations.
 *
 * @param name the benchmark's method
 * @param scores one an iteration, in the benchmark's unit
 * @param bytesPerOperation what an operation allocated, on average
 */
record Measurement(String name, List<Double> scores, double bytesPerOperation) {

    private static final String ALLOCATION = "gc.alloc.rate.norm";

    /** How long to measure. */
    enum Effort {
        /** About three seconds a JVM. */
        QUICK(2, 4, 300, 12, 100),
        /** About ten seconds a JVM. */
        FULL(3, 6, 500, 30, 200);

        private final int rounds;
        private final int warmups;
        private final int warmupMillis;
        private final int iterations;
        private final int iterationMillis;

        Effort(int rounds, int warmups, int warmupMillis, int iterations, int iterationMillis) {
            this.rounds = rounds;
            this.warmups = warmups;
            this.warmupMillis = warmupMillis;
            this.iterations = iterations;
            this.iterationMillis = iterationMillis;
        }
    }

    /**
     * Runs the benchmarks that match, one JVM after another, and that several times, so that whatever slows the machine for
     * a while meets all of them alike.
     */
    static List<Measurement> of(String benchmarks, String parameter, String value, Effort effort)
            throws RunnerException {
        List<Measurement> merged = new ArrayList<>();
        for (int round = 0; round < effort.rounds; round++) {
            List<Measurement> measured = oneRound(benchmarks, parameter, value, effort);
            for (int i = 0; i < measured.size(); i++) {
                if (round == 0) {
                    merged.add(measured.get(i));
                } else {
                    merged.get(i).scores.addAll(measured.get(i).scores);
                }
            }
        }
        return merged;
    }

    private static List<Measurement> oneRound(String benchmarks, String parameter, String value, Effort effort)
            throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include(benchmarks)
                .forks(1)
                .warmupIterations(effort.warmups)
                .warmupTime(TimeValue.milliseconds(effort.warmupMillis))
                .measurementIterations(effort.iterations)
                .measurementTime(TimeValue.milliseconds(effort.iterationMillis))
                .jvmArgs("-Xms512m", "-Xmx512m", "-XX:+UseG1GC")
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (!parameter.isEmpty()) {
            options.param(parameter, value);
        }
        return new Runner(options.build()).run().stream().map(Measurement::of).toList();
    }

    @SuppressWarnings("rawtypes") // as JMH declares them
    private static Measurement of(RunResult run) {
        List<Double> scores = new ArrayList<>();
        for (var jvm : run.getBenchmarkResults()) {
            for (var iteration : jvm.getIterationResults()) {
                scores.add(iteration.getPrimaryResult().getScore());
            }
        }
        double allocated = Double.NaN;
        for (var profiled : run.getSecondaryResults().entrySet()) {
            if (profiled.getKey().contains(ALLOCATION)) {
                allocated = profiled.getValue().getScore();
            }
        }
        String name = run.getParams().getBenchmark();
        return new Measurement(name.substring(name.lastIndexOf('.') + 1), scores, allocated);
    }

    Measurement named(String other) {
        return new Measurement(other, scores, bytesPerOperation);
    }

    /**
     * The rate that three quarters of the iterations stayed below: other programs on the machine only ever slow an
     * iteration, and collections of garbage are in every one.
     */
    double undisturbedRate() {
        return sorted().get(scores.size() * 3 / 4);
    }

    /** The same for a benchmark of durations. */
    double undisturbedDuration() {
        return sorted().get(scores.size() / 4);
    }

    private List<Double> sorted() {
        return scores.stream().sorted().toList();
    }
}
