package io.kafscale.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import tools.jackson.core.JacksonException;

/** Compares the output file with what was put: nothing missing, doubled, out of order or altered. */
final class OutputCheck {

    private final Map<Integer, NavigableMap<Long, OutputLine>> put;
    private final Map<Integer, Set<Long>> seen = new HashMap<>();
    private final Map<Integer, Long> last = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private OutputCheck(OrderLog log) {
        this.put = log.contents();
    }

    /** What is wrong, a sentence each; empty when all is right. */
    static List<String> problems(OrderLog log, Path output) throws IOException {
        OutputCheck check = new OutputCheck(log);
        if (Files.exists(output)) {
            check.read(output);
        } else {
            check.problems.add("there is no file " + output);
        }
        check.put.forEach(check::findMissing);
        return check.problems;
    }

    private void read(Path output) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(output)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                try {
                    check(OutputLine.parse(line));
                } catch (JacksonException e) {
                    problems.add("line " + number + " is not a record: " + e.getOriginalMessage());
                }
            }
        }
    }

    private void check(OutputLine line) {
        String where = name(line.partition()) + ": offset " + line.offset();
        NavigableMap<Long, OutputLine> lines = put.get(line.partition());
        OutputLine expected = lines == null ? null : lines.get(line.offset());
        if (expected == null) {
            problems.add(where + " was never put");
        } else if (!expected.equals(line)) {
            problems.add(where + " is not what was put");
        }
        if (!seen.computeIfAbsent(line.partition(), p -> new HashSet<>()).add(line.offset())) {
            problems.add(where + " is there twice");
        } else if (last.getOrDefault(line.partition(), -1L) > line.offset()) {
            problems.add(where + " comes after " + last.get(line.partition()));
        }
        last.merge(line.partition(), line.offset(), Math::max);
    }

    /** One sentence for each run of missing records. */
    private void findMissing(int partition, NavigableMap<Long, OutputLine> lines) {
        Set<Long> found = seen.getOrDefault(partition, Set.of());
        List<Long> run = new ArrayList<>();
        for (long offset : lines.keySet()) {
            if (!found.contains(offset)) {
                run.add(offset);
            } else {
                reportMissing(partition, run);
            }
        }
        reportMissing(partition, run);
    }

    private void reportMissing(int partition, List<Long> run) {
        if (run.size() == 1) {
            problems.add(name(partition) + ": offset " + run.get(0) + " is missing");
        } else if (!run.isEmpty()) {
            problems.add(String.format(
                    Locale.ROOT,
                    "%s: %,d records are missing, offsets %d to %d",
                    name(partition),
                    run.size(),
                    run.get(0),
                    run.get(run.size() - 1)));
        }
        run.clear();
    }

    private static String name(int partition) {
        return OrderBroker.TOPIC + "-" + partition;
    }
}
