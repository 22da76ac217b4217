package io.kafscale.torture;

import io.kafscale.segment.TopicPartition;

/**
 * Which of the produced records sinks had to get: all but those that the filter takes out, and poison that is among the dead
 * letters. Thread safe.
 */
final class DueRecords {

    private final ProducedLog produced;
    private final Traits traits;
    private final DeadLetterBook letters;

    DueRecords(ProducedLog produced, Traits traits, DeadLetterBook letters) {
        this.produced = produced;
        this.traits = traits;
        this.letters = letters;
    }

    /** All that was produced. */
    static DueRecords all(ProducedLog produced) {
        return new DueRecords(produced, Traits.PLAIN, DeadLetterBook.EMPTY);
    }

    boolean isDue(TopicPartition partition, long offset) {
        long hash = produced.hash(partition, offset);
        return hash != 0 && traits.isWanted(offset) && !(traits.isPoison(hash) && letters.has(partition, offset));
    }

    /** The first offset from {@code from} on, and below {@code until}, that is due; {@code until} when there is none. */
    long firstDue(TopicPartition partition, long from, long until) {
        long offset = from;
        while (offset < until && !isDue(partition, offset)) {
            offset++;
        }
        return Math.max(from, offset);
    }

    /** What is wrong with a record that a sink has, for people, beginning after its offset; empty when nothing is. */
    String wrong(TopicPartition partition, long offset, long hash) {
        long expected = produced.hash(partition, offset);
        if (expected == 0) {
            return ", which was never produced";
        }
        if (expected != hash) {
            return " was not what was produced";
        }
        return isDue(partition, offset) ? "" : ", which was filtered out or put aside";
    }

    /** The offset after the partition's last one. */
    long end(TopicPartition partition) {
        return produced.end(partition);
    }
}
