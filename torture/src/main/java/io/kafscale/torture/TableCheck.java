package io.kafscale.torture;

import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Checks that a table holds each record that was due once, with its own content, and nothing else. */
final class TableCheck {

    private TableCheck() {}

    /**
     * A row.
     *
     * @param epoch under which it was written
     * @param hash of the content, as {@link RecordHash} makes it
     */
    record Row(TopicPartition partition, long offset, long epoch, long hash) {}

    /** The dispatches, with those marked whose records are all stored. */
    static List<Dispatch> markStored(List<Dispatch> dispatches, List<Row> rows, DueRecords due) {
        Map<TopicPartition, Map<Long, Long>> epochs = new TreeMap<>();
        rows.forEach(row -> epochs.computeIfAbsent(row.partition(), partition -> new TreeMap<>())
                .put(row.offset(), row.epoch()));
        List<Dispatch> marked = new ArrayList<>();
        for (Dispatch dispatch : dispatches) {
            Map<Long, Long> ofPartition = epochs.getOrDefault(dispatch.partition(), Map.of());
            boolean isStored = LongStream.range(dispatch.first(), dispatch.next())
                    .filter(offset -> due.isDue(dispatch.partition(), offset))
                    .allMatch(offset -> ofPartition.getOrDefault(offset, -1L) == dispatch.epoch());
            marked.add(isStored ? dispatch.stored() : dispatch);
        }
        return marked;
    }

    /** What is wrong, for people. */
    static List<String> check(List<Row> rows, SortedSet<TopicPartition> partitions, DueRecords due) {
        List<String> violations = new ArrayList<>();
        Map<TopicPartition, Set<Long>> found = new TreeMap<>();
        for (Row row : rows) {
            String wrong = due.wrong(row.partition(), row.offset(), row.hash());
            if (!wrong.isEmpty()) {
                violations.add("the table has a row of " + row.partition() + " offset " + row.offset() + wrong);
            }
            if (!found.computeIfAbsent(row.partition(), partition -> new HashSet<>())
                    .add(row.offset())) {
                violations.add("the table has " + row.partition() + " offset " + row.offset() + " more than once");
            }
        }
        for (TopicPartition partition : partitions) {
            Set<Long> there = found.getOrDefault(partition, Set.of());
            List<Long> missing = new ArrayList<>();
            for (long offset = 0; offset < due.end(partition); offset++) {
                if (due.isDue(partition, offset) && !there.contains(offset)) {
                    missing.add(offset);
                }
            }
            if (!missing.isEmpty()) {
                violations.add("the table lacks " + missing.size() + " records of " + partition + ", offsets "
                        + missing.get(0) + " to " + missing.get(missing.size() - 1));
            }
        }
        return violations;
    }
}
