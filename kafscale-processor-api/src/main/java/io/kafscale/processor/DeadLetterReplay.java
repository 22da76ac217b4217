package io.kafscale.processor;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Hands the records of dead letters to a sink, by partition and offset. */
final class DeadLetterReplay {

    private final SortedMap<TopicPartition, SortedMap<Long, Record>> records;

    private DeadLetterReplay(SortedMap<TopicPartition, SortedMap<Long, Record>> records) {
        this.records = records;
    }

    /** Of letters that came from {@code place}; the last one of each offset counts. */
    static DeadLetterReplay of(List<DeadLetter> letters, String place) throws IOException {
        SortedSet<String> groups = new TreeSet<>();
        SortedMap<TopicPartition, SortedMap<Long, Record>> records = new TreeMap<>();
        for (DeadLetter letter : letters) {
            groups.add(letter.group());
            records.computeIfAbsent(letter.partition(), partition -> new TreeMap<>())
                    .put(letter.record().offset(), letter.record());
        }
        if (groups.size() > 1) {
            throw new IOException(place + " holds dead letters of the groups " + String.join(", ", groups)
                    + "; replay what is of one of them");
        }
        return new DeadLetterReplay(records);
    }

    long to(Sink sink) throws IOException {
        long replayed = 0;
        for (Map.Entry<TopicPartition, SortedMap<Long, Record>> partition : records.entrySet()) {
            replayed += replay(partition.getKey(), partition.getValue(), sink, replayed);
        }
        return replayed;
    }

    private static long replay(TopicPartition partition, SortedMap<Long, Record> letters, Sink sink, long before)
            throws IOException {
        long replayed = 0;
        long at = letters.firstKey();
        try {
            sink.assigned(new Assignment(partition, ReplayedBatch.NOBODY, Checkpoint.at(at), false));
            for (List<Record> run : runs(letters.values())) {
                at = run.get(0).offset();
                sink.write(new ReplayedBatch(partition, run));
                replayed += run.size();
            }
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new IOException(
                    "the replay ends at " + partition + " offset " + at + ", which the sink refused after it took "
                            + (before + replayed) + " records: " + e,
                    e);
        } finally {
            sink.revoked(partition, Revocation.RELEASED);
        }
        return replayed;
    }

    /** Offsets that follow one another, as many as a batch may have. */
    private static List<List<Record>> runs(Collection<Record> letters) {
        List<List<Record>> runs = new ArrayList<>();
        List<Record> run = List.of();
        for (Record letter : letters) {
            boolean follows = !run.isEmpty() && run.get(run.size() - 1).offset() + 1 == letter.offset();
            if (!follows || run.size() == BatchLimits.DEFAULT.maxRecords()) {
                run = new ArrayList<>();
                runs.add(run);
            }
            run.add(letter);
        }
        return runs;
    }
}
