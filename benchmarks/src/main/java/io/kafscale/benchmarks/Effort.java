package io.kafscale.benchmarks;

import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** How long to measure. */
enum Effort {
    /** About ten seconds a row. */
    QUICK(2, 4, 500, 15, 170),
    /** About a minute a row. */
    FULL(3, 8, 1_000, 40, 250);

    private final int jvms;
    private final int warmups;
    private final int warmupMillis;
    private final int iterations;
    private final int iterationMillis;

    Effort(int jvms, int warmups, int warmupMillis, int iterations, int iterationMillis) {
        this.jvms = jvms;
        this.warmups = warmups;
        this.warmupMillis = warmupMillis;
        this.iterations = iterations;
        this.iterationMillis = iterationMillis;
    }

    /** Options to run {@code benchmarks}, a regular expression. */
    OptionsBuilder options(String benchmarks) {
        OptionsBuilder options = new OptionsBuilder();
        options.include(benchmarks)
                .forks(jvms)
                .warmupIterations(warmups)
                .warmupTime(TimeValue.milliseconds(warmupMillis))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.milliseconds(iterationMillis))
                .jvmArgs("-Xms512m", "-Xmx512m", "-XX:+UseG1GC")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        return options;
    }
}
