package io.kafscale.torture;

import io.kafscale.segment.TopicPartition;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What was produced: of each partition the hash of the record at each offset, 0 where there is none. Thread safe. */
final class ProducedLog {

    private static final int FIRST_ROOM = 1024;

    private static final class Hashes {
        private long[] hashes = new long[FIRST_ROOM];
        private int end;
        private long records;
        /** When offsets below the key, down to the key before, became readable. */
        private final NavigableMap<Long, Long> readable = new TreeMap<>();

        void put(int offset, long hash) {
            if (offset >= hashes.length) {
                hashes = Arrays.copyOf(hashes, Math.max(offset + 1, 2 * hashes.length));
            }
            hashes[offset] = hash;
            records++;
        }
    }

    private final SortedMap<TopicPartition, Hashes> partitions = new TreeMap<>();

    /** A record was produced. It counts once {@link #extend} was called beyond it. */
    synchronized void add(TopicPartition partition, long offset, long hash) {
        hashes(partition).put(Math.toIntExact(offset), hash);
    }

    /** The partition's log ends before {@code end}, since {@code nanos}. */
    synchronized void extend(TopicPartition partition, long end, long nanos) {
        Hashes produced = hashes(partition);
        produced.end = Math.toIntExact(end);
        produced.readable.put(end, nanos);
    }

    /**
     * When the record at an offset could be read.
     *
     * @throws IllegalArgumentException when the log does not reach so far
     */
    synchronized long readableNanos(TopicPartition partition, long offset) {
        Map.Entry<Long, Long> segment = hashes(partition).readable.higherEntry(offset);
        if (segment == null) {
            throw new IllegalArgumentException(partition + " was not produced up to offset " + offset);
        }
        return segment.getValue();
    }

    private Hashes hashes(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, unknown -> new Hashes());
    }

    synchronized SortedSet<TopicPartition> partitions() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(partitions.keySet()));
    }

    /** The offset after the last one, 0 for a partition that was not produced to. */
    synchronized long end(TopicPartition partition) {
        Hashes produced = partitions.get(partition);
        return produced == null ? 0 : produced.end;
    }

    /** The record's hash, or 0 when there is none at this offset. */
    synchronized long hash(TopicPartition partition, long offset) {
        Hashes produced = partitions.get(partition);
        return produced == null || offset < 0 || offset >= produced.end ? 0 : produced.hashes[(int) offset];
    }

    synchronized long records() {
        return partitions.values().stream()
                .mapToLong(produced -> produced.records)
                .sum();
    }
}
