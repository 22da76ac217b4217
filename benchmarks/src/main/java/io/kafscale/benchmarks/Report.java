package io.kafscale.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was measured, as lines, as a table in Markdown, and as JSON. */
final class Report {

    private static final double MOST_BYTES_PER_RECORD = 1;

    private final Map<DecodeRow, DecodeResult> decoded = new LinkedHashMap<>();
    private final List<PipelineResult> pipelines = new ArrayList<>();
    private final Map<String, Measurement> others = new LinkedHashMap<>();

    String add(DecodeRow row, DecodeResult result) {
        decoded.put(row, result);
        return String.format(
                Locale.ROOT,
                "decode %s ours=%s kafka=%s ratio=%.2f (at least %.1f) limit=%.0f%% allocated=%.2f B/record, with all checks %s%s",
                row.label(),
                millions(result.ours()),
                millions(result.kafka()),
                result.ratio(),
                row.leastRatio(),
                100 * result.ofLimit(),
                result.bytesPerRecord(),
                millions(result.oursInFull()),
                reached(row, result) ? "" : "  <-- not reached");
    }

    String add(Measurement measured) {
        others.put(measured.name(), measured);
        return String.format(
                Locale.ROOT, "%s %.0f ns allocated=%.0f B", measured.name(), measured.nanos(), measured.bytes());
    }

    String add(PipelineResult result) {
        pipelines.add(result);
        return String.format(
                Locale.ROOT,
                "%s %s (%s) %s%s",
                result.row(),
                result.valueText(),
                result.limitText(),
                result.details(),
                result.isReached() ? "" : "  <-- not reached");
    }

    private static boolean reached(DecodeRow row, DecodeResult result) {
        return result.ratio() >= row.leastRatio() && result.bytesPerRecord() < MOST_BYTES_PER_RECORD;
    }

    String verdict() {
        Stream<String> decoding = decoded.entrySet().stream()
                .filter(row -> !reached(row.getKey(), row.getValue()))
                .map(row -> row.getKey().label());
        Stream<String> processing =
                pipelines.stream().filter(result -> !result.isReached()).map(PipelineResult::row);
        String missed = Stream.concat(decoding, processing).collect(Collectors.joining(", "));
        return missed.isEmpty() ? "every limit was reached" : "not reached: " + missed;
    }

    /** Where this runs. */
    static String machine() {
        return processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores, JDK "
                + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")";
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"), UTF_8)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException notLinux) {
            return System.getProperty("os.arch");
        }
    }

    /** A table for each kind of row that was measured. */
    String table() {
        StringBuilder tables = new StringBuilder(machine()).append('\n');
        append(tables, """
                | decode | records/s | all checks | Kafka's reader | ratio | of the limit | allocated per record |
                |---|---:|---:|---:|---:|---:|---:|
                """, decoded.entrySet().stream().map(row -> line(row.getKey(), row.getValue())));
        append(
                tables,
                """
                | pipeline | measured | limit | |
                |---|---:|---:|---|
                """,
                pipelines.stream()
                        .map(result -> String.format(
                                Locale.ROOT,
                                "| %s | %s | %s | %s |%n",
                                result.row(),
                                result.valueText(),
                                result.limitText(),
                                result.details())));
        append(
                tables,
                """
                | other | time | allocated |
                |---|---:|---:|
                """,
                others.values().stream()
                        .map(one -> String.format(
                                Locale.ROOT, "| %s | %.0f ns | %.0f B |%n", one.name(), one.nanos(), one.bytes())));
        return tables.toString();
    }

    private static void append(StringBuilder tables, String head, Stream<String> lines) {
        String body = lines.collect(Collectors.joining());
        if (!body.isEmpty()) {
            tables.append('\n').append(head).append(body);
        }
    }

    private static String line(DecodeRow row, DecodeResult result) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %.1f × | %.0f %% | %.2f B |%n",
                row.label(),
                millions(result.ours()),
                millions(result.oursInFull()),
                millions(result.kafka()),
                result.ratio(),
                100 * result.ofLimit(),
                result.bytesPerRecord());
    }

    String json() {
        String rows = decoded.entrySet().stream()
                .map(row -> String.format(
                        Locale.ROOT,
                        "    {\"row\": \"%s\", \"oursPerSecond\": %.0f, \"oursInFullPerSecond\": %.0f,"
                                + " \"kafkaPerSecond\": %.0f, \"ratio\": %.3f, \"leastRatio\": %.1f, \"ofLimit\": %.3f,"
                                + " \"bytesPerRecord\": %.4f}",
                        row.getKey().label(),
                        row.getValue().ours(),
                        row.getValue().oursInFull(),
                        row.getValue().kafka(),
                        row.getValue().ratio(),
                        row.getKey().leastRatio(),
                        row.getValue().ofLimit(),
                        row.getValue().bytesPerRecord()))
                .collect(Collectors.joining(",\n"));
        String processing = pipelines.stream()
                .map(result -> String.format(
                        Locale.ROOT,
                        "    {\"row\": \"%s\", \"value\": %.3f, \"unit\": \"%s\", \"limit\": %s, \"reached\": %s,"
                                + " \"details\": \"%s\"}",
                        result.row(),
                        result.value(),
                        result.unit(),
                        Double.isNaN(result.limit()) ? "null" : result.limit(),
                        result.isReached(),
                        result.details()))
                .collect(Collectors.joining(",\n"));
        String rest = others.values().stream()
                .map(one -> String.format(
                        Locale.ROOT,
                        "    {\"name\": \"%s\", \"nanos\": %.1f, \"bytes\": %.1f}",
                        one.name(),
                        one.nanos(),
                        one.bytes()))
                .collect(Collectors.joining(",\n"));
        return "{\n  \"machine\": \"" + machine() + "\",\n  \"decode\": [\n" + rows
                + "\n  ],\n  \"pipeline\": [\n" + processing + "\n  ],\n  \"other\": [\n" + rest
                + "\n  ]\n}\n";
    }

    private static String millions(double perSecond) {
        return String.format(Locale.ROOT, "%.2fM/s", perSecond / 1e6);
    }
}
