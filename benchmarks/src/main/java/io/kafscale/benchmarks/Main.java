package io.kafscale.benchmarks;

import io.kafscale.benchmarks.Measurement.Effort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs the benchmarks and prints a line for each: {@code make bench-quick} those of decoding only; {@code make bench} all,
 * longer, and writes them to a file.
 */
public final class Main {

    private Main() {}

    /** Takes {@code quick} or {@code full}, the directory for results, and which rows to decode, as a regular expression. */
    public static void main(String[] arguments) throws RunnerException, IOException {
        boolean full = arguments[0].equals("full");
        Effort effort = full ? Effort.FULL : Effort.QUICK;
        Report report = new Report();
        System.out.println(report.machine());
        for (DecodeRow row : DecodeRow.values()) {
            if (row.label().matches(arguments[2]) && (full || row != DecodeRow.ZSTD_SIZED_1KB)) {
                System.out.println(report.add(row, decode(row, full, effort)));
            }
        }
        if (full) {
            for (Measurement measured : others(effort)) {
                System.out.println(report.add(measured));
            }
            Path file = Path.of(arguments[1], "latest.json");
            Files.createDirectories(file.getParent());
            Files.writeString(file, report.json());
            System.out.printf("%n%s%nwritten to %s%n", report.table(), file);
        }
        System.out.println(report.verdict());
    }

    private static DecodeResult decode(DecodeRow row, boolean full, Effort effort) throws RunnerException {
        String methods = full ? "(ours|oursInFull|kafka)" : "(ours|kafka)";
        List<Measurement> measured = Measurement.of("DecodeBenchmark\\." + methods + "$", "row", row.name(), effort);
        return DecodeResult.of(SampleSegment.of(row).records(), measured);
    }

    private static List<Measurement> others(Effort effort) throws RunnerException {
        List<Measurement> measured = new ArrayList<>(Measurement.of("RangedStartBenchmark", "", "", effort));
        for (String compression : List.of("NONE", "LZ4", "ZSTD")) {
            Measurement.of("SmallBatchBenchmark", "compression", compression, effort).stream()
                    .map(one -> one.named("smallBatch " + one.name() + " " + compression.toLowerCase(Locale.ROOT)))
                    .forEach(measured::add);
        }
        return measured;
    }
}
