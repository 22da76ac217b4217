package io.kafscale.benchmarks;

import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;

/**
 * How a row was decoded; of each figure, the median over all iterations.
 *
 * @param ours records a second, with the checks that Kafka's reader makes
 * @param oursInFull records a second, with all checks
 * @param kafka records a second of Kafka's reader
 * @param ratio of ours to Kafka's reader
 * @param ofLimit ours as a part of what the codec alone, or the checksum alone, would reach
 * @param bytesPerRecord what ours allocated
 */
record DecodeResult(double ours, double oursInFull, double kafka, double ratio, double ofLimit, double bytesPerRecord) {

    private static final double NANOS_PER_SECOND = 1e9;

    static DecodeResult of(DecodeRow row, Effort effort) throws RunnerException {
        List<IterationResult> iterations = new Runner(effort.options("DecodeBenchmark")
                        .param("row", row.name())
                        .build())
                .run().stream()
                        .map(RunResult::getBenchmarkResults)
                        .flatMap(jvms -> jvms.stream().flatMap(jvm -> jvm.getIterationResults().stream()))
                        .toList();
        double records = SampleSegment.of(row).records();
        return new DecodeResult(
                median(iterations, turns -> rate(records, turns, "oursNanos")),
                median(iterations, turns -> rate(records, turns, "oursInFullNanos")),
                median(iterations, turns -> rate(records, turns, "kafkaNanos")),
                median(iterations, turns -> counted(turns, "kafkaNanos") / counted(turns, "oursNanos")),
                median(iterations, turns -> counted(turns, "bareNanos") / counted(turns, "oursNanos")),
                median(iterations, turns -> counted(turns, "oursBytes") / counted(turns, "passes") / records));
    }

    private static double rate(double records, IterationResult turns, String nanos) {
        return records * counted(turns, "passes") * NANOS_PER_SECOND / counted(turns, nanos);
    }

    private static double counted(IterationResult turns, String counter) {
        return Objects.requireNonNull(turns.getSecondaryResults().get(counter), counter)
                .getScore();
    }

    private static double median(List<IterationResult> iterations, ToDoubleFunction<IterationResult> figure) {
        double[] figures = iterations.stream().mapToDouble(figure).sorted().toArray();
        return figures[figures.length / 2];
    }
}
