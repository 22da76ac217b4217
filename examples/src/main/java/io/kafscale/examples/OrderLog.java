package io.kafscale.examples;

import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/** Remembers what was put into the bucket, to compare the output with. Thread safe. */
final class OrderLog {

    private final NavigableMap<Integer, NavigableMap<Long, OutputLine>> partitions = new TreeMap<>();

    synchronized void add(OutputLine line) {
        partitions.computeIfAbsent(line.partition(), p -> new TreeMap<>()).put(line.offset(), line);
    }

    /** The offset after the last one of each partition. */
    synchronized SortedMap<Integer, Long> ends() {
        SortedMap<Integer, Long> ends = new TreeMap<>();
        partitions.forEach((partition, lines) -> ends.put(partition, lines.lastKey() + 1));
        return ends;
    }

    synchronized long records() {
        return partitions.values().stream().mapToLong(Map::size).sum();
    }

    /** A copy of what each partition holds, by offset. */
    synchronized SortedMap<Integer, NavigableMap<Long, OutputLine>> contents() {
        SortedMap<Integer, NavigableMap<Long, OutputLine>> copy = new TreeMap<>();
        partitions.forEach((partition, lines) -> copy.put(partition, new TreeMap<>(lines)));
        return copy;
    }
}
