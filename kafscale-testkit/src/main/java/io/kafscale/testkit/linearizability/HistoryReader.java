package io.kafscale.testkit.linearizability;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a {@link HistoryFile} has written, also of a process that was killed. */
final class HistoryReader {

    /** A call as the file has it: without an answer {@code answeredNanos} is the process's end. */
    record Entry(
            TopicPartition partition,
            PartitionCall asked,
            long askedNanos,
            long answeredNanos,
            @Nullable PartitionCall answered) {}

    /** A time at which a member was told that it is dead. */
    record Death(String member, long askedNanos, long toldNanos) {}

    final Map<Long, Entry> entries = new LinkedHashMap<>();
    final Map<String, Long> aliveUntil = new HashMap<>();
    final Map<String, Death> deaths = new LinkedHashMap<>();

    private final Path file;
    private final long endedNanos;

    private HistoryReader(Path file, long endedNanos) {
        this.file = file;
        this.endedNanos = endedNanos;
    }

    static HistoryReader read(Path file, long endedNanos) throws IOException {
        HistoryReader reader = new HistoryReader(file, endedNanos);
        String text = Files.readString(file, StandardCharsets.UTF_8);
        // What comes after the last line end was cut off when the process was killed.
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        whole.lines().forEach(reader::line);
        return reader;
    }

    private void line(String line) {
        String[] fields = line.split(" ", -1);
        switch (fields[0]) {
            case "asked" -> asked(fields);
            case "answered" -> answered(fields);
            case "alive" -> aliveUntil.merge(fields[1], Long.parseLong(fields[2]), Math::max);
            case "dead" ->
                deaths.put(fields[1], new Death(fields[1], Long.parseLong(fields[2]), Long.parseLong(fields[3])));
            default -> throw new IllegalArgumentException(file + " is no history: it has the line \"" + line + "\"");
        }
    }

    private void asked(String[] fields) {
        TopicPartition partition = new TopicPartition(fields[4], Integer.parseInt(fields[5]));
        String member = fields[6];
        PartitionCall call = switch (fields[3]) {
            case "commit" -> new PartitionCall.Commit(member, lease(partition, fields, 7), checkpoint(fields[9]), null);
            case "release" -> new PartitionCall.Release(member, lease(partition, fields, 7), false, null);
            default -> new PartitionCall.Acquire(member, null);
        };
        entries.put(Long.parseLong(fields[1]), new Entry(partition, call, Long.parseLong(fields[2]), endedNanos, null));
    }

    private void answered(String[] fields) {
        long number = Long.parseLong(fields[1]);
        Entry entry = entries.get(number);
        if (entry == null) {
            throw new IllegalArgumentException(file + " answers call " + number + ", which it does not have");
        }
        PartitionCall answered = fields[3].equals("unknown") ? null : answered(entry, fields);
        entries.put(
                number, new Entry(entry.partition, entry.asked, entry.askedNanos, Long.parseLong(fields[2]), answered));
    }

    private static PartitionCall answered(Entry entry, String[] fields) {
        String member = entry.asked.member();
        if (fields[3].equals("dead")) {
            return new PartitionCall.DeclaredDead(member);
        } else if (entry.asked instanceof PartitionCall.Commit commit) {
            return new PartitionCall.Commit(member, commit.lease(), commit.checkpoint(), outcome(fields[3]));
        } else if (entry.asked instanceof PartitionCall.Release release) {
            return new PartitionCall.Release(member, release.lease(), false, outcome(fields[3]));
        }
        Acquisition answer = fields[3].equals("held")
                ? new Acquisition.Held(fields[4])
                : new Acquisition.Acquired(
                        lease(entry.partition, fields, 4), fields[6].equals("-") ? null : checkpoint(fields[6]));
        return new PartitionCall.Acquire(member, answer);
    }

    private static Outcome outcome(String name) {
        return switch (name) {
            case "applied" -> new Outcome.Applied();
            case "fenced" -> new Outcome.Fenced("");
            default -> new Outcome.Conflict(null);
        };
    }

    private static Lease lease(TopicPartition partition, String[] fields, int at) {
        return new Lease(partition, fields[at], Long.parseLong(fields[at + 1]));
    }

    private static Checkpoint checkpoint(String text) {
        Map<String, Long> figures = new HashMap<>();
        for (String figure : text.split(",", -1)) {
            int equals = figure.indexOf('=');
            figures.put(figure.substring(0, equals), Long.parseLong(figure.substring(equals + 1)));
        }
        return Checkpoint.ofFigures(figures);
    }
}
