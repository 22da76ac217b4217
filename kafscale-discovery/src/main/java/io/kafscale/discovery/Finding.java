package io.kafscale.discovery;

import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where a partition's log is not the plain sequence of offsets that it should be: something is missing, stands there twice,
 * or has no valid offset. Brokers leave all of this behind; what was passed over is told, never silently dropped.
 */
public sealed interface Finding {

    /** In which partition. */
    TopicPartition partition();

    /** One sentence for people, with all names and offsets. */
    String message();

    /**
     * Offsets of which no segment is there. The second of two listings still did not show one.
     *
     * @param partition where
     * @param from the first offset missing
     * @param until the first offset not missing
     */
    record Gap(TopicPartition partition, long from, long until) implements Finding {
        @Override
        public String message() {
            return partition + " has no segment with offsets " + from + " to " + (until - 1)
                    + ": a broker lost that upload, or a life-cycle rule removed it";
        }
    }

    /**
     * Offsets that stand in two segments, and are read from the other one only.
     *
     * @param partition where
     * @param object whose records were dropped
     * @param from the first offset dropped
     * @param until the first offset not dropped
     */
    record Overlap(TopicPartition partition, String object, long from, long until) implements Finding {
        @Override
        public String message() {
            return partition + " holds offsets " + from + " to " + (until - 1)
                    + " twice: two brokers wrote them; those in " + object + " are not read";
        }
    }

    /**
     * Batches that a broker acknowledged but never gave a valid offset. They are not read.
     *
     * @param partition where
     * @param object which segment
     * @param batches how many batches
     * @param records how many records, as the batches' headers count them
     */
    record Strays(TopicPartition partition, String object, int batches, long records) implements Finding {

        /** The strays of a segment, or null when it has none. All its batch headers are read for it. */
        public static @Nullable Strays in(TopicPartition partition, SegmentReader segment) {
            return segment.strayBatches() == 0
                    ? null
                    : new Strays(partition, segment.name(), segment.strayBatches(), segment.strayRecords());
        }

        @Override
        public String message() {
            return partition + ": " + batches + (batches == 1 ? " batch (" : " batches (") + records + " records) in "
                    + object + " without a valid offset, not read";
        }
    }

    /**
     * Half a segment that stayed without its other half. It is not read.
     *
     * @param partition where
     * @param object the lone object
     */
    record Orphan(TopicPartition partition, String object) implements Finding {
        @Override
        public String message() {
            return partition + ": " + object
                    + " has no counterpart (.kfs and .index make a segment); its upload was never finished";
        }
    }

    /**
     * Half a segment, or one that is being rewritten, that may still become whole. Neither it nor anything after it is
     * read this time.
     *
     * @param partition where
     * @param nextOffset where to go on reading later
     */
    record Unfinished(TopicPartition partition, long nextOffset) implements Finding {
        @Override
        public String message() {
            return partition + ": the segment that comes next is not complete yet; read again from offset " + nextOffset
                    + " on";
        }
    }
}
