package io.kafscale.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs the benchmarks and prints a line for each: {@code make bench-quick} those of decoding only; {@code make bench} all,
 * longer, and writes them to a file.
 */
public final class Main {

    private Main() {}

    /** Takes {@code quick} or {@code full}, the directory for results, and which rows to measure, as a regular expression. */
    public static void main(String[] arguments) throws RunnerException, IOException {
        boolean full = arguments[0].equals("full");
        Effort effort = full ? Effort.FULL : Effort.QUICK;
        Report report = new Report();
        System.out.println(Report.machine());
        for (DecodeRow row : DecodeRow.values()) {
            if (row.label().matches(arguments[2])) {
                System.out.println(report.add(row, DecodeResult.of(row, effort)));
            }
        }
        if (full) {
            for (PipelineRow row : PipelineRow.values()) {
                if (row.label().matches(arguments[2])) {
                    System.out.println(report.add(row.measure()));
                }
            }
            if (HeapRow.LABEL.matches(arguments[2])) {
                System.out.println(report.add(HeapRow.measure()));
            }
            if (LatencyRow.LABEL.matches(arguments[2])) {
                System.out.println(report.add(LatencyRow.measure()));
            }
            for (String benchmark : List.of("RangedStartBenchmark", "SmallBatchBenchmark")) {
                if (benchmark.matches(arguments[2])) {
                    Measurement.of(benchmark, Effort.QUICK).stream()
                            .map(report::add)
                            .forEach(System.out::println);
                }
            }
            Path file = Path.of(arguments[1], "latest.json");
            Files.createDirectories(file.getParent());
            Files.writeString(file, report.json());
            System.out.printf("%n%s%nwritten to %s%n", report.table(), file);
        }
        System.out.println(report.verdict());
    }
}
