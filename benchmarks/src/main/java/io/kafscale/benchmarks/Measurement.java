package io.kafscale.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;

/**
 * What was measured of a benchmark of durations.
 *
 * @param name what was done
 * @param nanos how long an operation took, in the median iteration
 * @param bytes what an operation allocated
 */
record Measurement(String name, double nanos, double bytes) {

    private static final String ALLOCATION = "gc.alloc.rate.norm";

    static List<Measurement> of(String benchmark, Effort effort) throws RunnerException {
        List<Measurement> measured = new ArrayList<>();
        for (RunResult run : new Runner(
                        effort.options(benchmark).addProfiler(GCProfiler.class).build())
                .run()) {
            measured.add(of(run));
        }
        return measured;
    }

    @SuppressWarnings("rawtypes") // as JMH declares them
    private static Measurement of(RunResult run) {
        double bytes = Double.NaN;
        for (var profiled : run.getSecondaryResults().entrySet()) {
            if (profiled.getKey().contains(ALLOCATION)) {
                bytes = profiled.getValue().getScore();
            }
        }
        String benchmark = run.getParams().getBenchmark();
        StringBuilder name = new StringBuilder(benchmark.substring(benchmark.lastIndexOf('.') + 1));
        for (String parameter : run.getParams().getParamsKeys()) {
            name.append(' ').append(run.getParams().getParam(parameter));
        }
        double nanos = run.getPrimaryResult().getStatistics().getPercentile(50);
        return new Measurement(name.toString(), nanos, bytes);
    }
}
