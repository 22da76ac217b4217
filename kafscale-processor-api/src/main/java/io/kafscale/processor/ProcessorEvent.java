package io.kafscale.processor;

import io.kafscale.segment.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ProcessorListener} hears of. {@link #message()} says it in a sentence, with all names and offsets. Those that
 * come with every batch are {@link DeliveryEvent}s. Later versions add others: pass over what you do not know.
 */
public interface ProcessorEvent {

    /** One sentence for people. */
    String message();

    /** Whether a person should know: something was lost, refused, or keeps failing. */
    default boolean isWarning() {
        return true;
    }

    /** Whether it comes all the time and is for figures only; it is not logged then. */
    default boolean isRoutine() {
        return false;
    }

    /**
     * The processor has joined its group.
     *
     * @param memberId under which id
     * @param group which group
     */
    record Joined(String memberId, String group) implements ProcessorEvent {
        @Override
        public String message() {
            return "joined group " + group + " as " + memberId;
        }

        @Override
        public boolean isWarning() {
            return false;
        }
    }

    /**
     * The membership ended without being asked to; all partitions are given up, and the processor joins again.
     *
     * @param memberId the id that is no longer valid
     * @param reason why
     */
    record SessionLost(String memberId, String reason) implements ProcessorEvent {
        @Override
        public String message() {
            return "membership of " + memberId + " is lost: " + reason + "; joining again";
        }
    }

    /**
     * A partition is processed here from now on.
     *
     * @param partition which one
     * @param epoch of this ownership
     * @param nextOffset where it begins
     */
    record Acquired(TopicPartition partition, long epoch, long nextOffset) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + " acquired with epoch " + epoch + ", continues at offset " + nextOffset;
        }

        @Override
        public boolean isWarning() {
            return false;
        }
    }

    /**
     * A partition was given back, all it had confirmed committed.
     *
     * @param partition which one
     * @param nextOffset where the next owner begins
     */
    record Released(TopicPartition partition, long nextOffset) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + " released at offset " + nextOffset;
        }

        @Override
        public boolean isWarning() {
            return false;
        }
    }

    /**
     * A partition is no longer this worker's. What was confirmed but not committed comes again, at the next owner.
     *
     * @param partition which one
     * @param reason why
     */
    record Lost(TopicPartition partition, String reason) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + " is no longer owned here: " + reason;
        }
    }

    /**
     * Offsets that no segment holds, after two listings. They count as consumed.
     *
     * @param partition where
     * @param from the first missing offset
     * @param until the first offset that is there again
     */
    record Gap(TopicPartition partition, long from, long until) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + " has no segment with offsets " + from + " to " + (until - 1)
                    + ": a broker lost that upload, or a life-cycle rule removed it; continuing at " + until;
        }
    }

    /**
     * Offsets that stood in two segments, and were delivered from one of them only.
     *
     * @param partition where
     * @param object whose records were dropped
     * @param from the first offset dropped
     * @param until the first offset not dropped
     */
    record Overlap(TopicPartition partition, String object, long from, long until) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + " holds offsets " + from + " to " + (until - 1)
                    + " twice: two brokers wrote them; dropped from " + object;
        }
    }

    /**
     * Batches that a broker acknowledged but never gave a valid offset. They are not delivered.
     *
     * @param partition where
     * @param object which segment
     * @param batches how many batches
     * @param records how many records, as the batches' headers count them
     */
    record Strays(TopicPartition partition, String object, int batches, long records) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + ": " + batches + " batches (" + records + " records) in " + object
                    + " have no valid offset and are not delivered";
        }
    }

    /**
     * Half a segment that stayed without its other half; it is not read.
     *
     * @param partition where
     * @param object the lone object
     */
    record Orphan(TopicPartition partition, String object) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + ": " + object
                    + " has no counterpart (.kfs and .index make a segment); its upload was never finished, passed over";
        }
    }

    /**
     * A partition's position does not lie in its log: what was still to be read was deleted, or everything was, and offsets
     * began anew.
     *
     * @param partition which one
     * @param position the next offset that was to be read
     * @param first the first offset in the log
     * @param end the offset after the last one in the log
     * @param policy what is done about it; what is passed over is counted with the checkpoint
     */
    record OutOfRange(TopicPartition partition, long position, long first, long end, OutOfRangePolicy policy)
            implements ProcessorEvent {

        /** Whether the log ends below the position: offsets began anew. */
        public boolean isLogRewound() {
            return end < position;
        }

        @Override
        public String message() {
            return partition + " was to be read from offset " + position + ", but its log holds " + first + " to "
                    + (end - 1) + ": "
                    + (isLogRewound()
                            ? "its objects were deleted, and offsets began anew"
                            : "what was still to be read was deleted")
                    + "; "
                    + switch (policy) {
                        case STOP ->
                            "the partition is stopped; set its offset, or choose another onOutOfRange, and start again";
                        case EARLIEST -> "continuing at " + first;
                        case LATEST -> "continuing at " + end;
                    };
        }
    }

    /**
     * Two segments hold the same offsets, and the topic's policy is to stop there. Nothing of either is delivered.
     *
     * @param partition which one
     * @param object the first of the two, by offset
     * @param from the first offset that stands twice
     * @param until the first offset after that which does not
     */
    record StoppedAtOverlap(TopicPartition partition, String object, long from, long until) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + " holds offsets " + from + " to " + (until - 1)
                    + " twice: two brokers wrote them; the partition is stopped before " + object
                    + "; choose which to keep, or OverlapPolicy.REPORT, and start again";
        }
    }

    /**
     * A segment was replaced or deleted between being listed and being read. Its partition is listed again; nothing of the
     * old content is delivered.
     *
     * @param partition which one
     * @param object the segment
     */
    record SegmentChanged(TopicPartition partition, String object) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + ": " + object + " changed after it was listed; listing again";
        }

        @Override
        public boolean isWarning() {
            return false;
        }
    }

    /**
     * A segment is read whose index is much younger than it is: a broker began to write it anew, and did not finish within
     * the grace period.
     *
     * @param partition which one
     * @param object the segment
     */
    record UnfinishedRewrite(TopicPartition partition, String object) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + ": " + object
                    + " is older than its index: writing it anew was begun, and not finished within the grace period; it is"
                    + " read as it is";
        }
    }

    /**
     * Something failed and is tried again until it works. Nothing is skipped meanwhile.
     *
     * @param stage what failed
     * @param partition whose progress waits for it, or null when it is not one partition's
     * @param attempt how often it has failed in a row
     * @param reason what was said, naming the object or endpoint
     */
    record Failed(Stage stage, @Nullable TopicPartition partition, int attempt, String reason)
            implements ProcessorEvent {
        @Override
        public String message() {
            return (partition == null ? "" : partition + ": ") + stage.label() + " failed (attempt " + attempt
                    + ", trying again): " + reason;
        }
    }

    /**
     * A commit was refused because the lease is another's now.
     *
     * @param partition which one
     * @param nextOffset what would have been committed
     * @param found who holds it
     */
    record CommitFenced(TopicPartition partition, long nextOffset, String found) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + ": commit of offset " + nextOffset + " was refused, the lease is not ours: " + found;
        }
    }

    /**
     * Another program wrote the offset of a partition that is owned here. It is replaced by ours.
     *
     * @param partition which one
     * @param found the offset it wrote, or -1 when it deleted it
     */
    record ForeignCommit(TopicPartition partition, long found) implements ProcessorEvent {
        @Override
        public String message() {
            return partition + ": another program " + (found < 0 ? "deleted the offset" : "wrote offset " + found)
                    + " without owning the partition; it is replaced by ours";
        }
    }

    /**
     * The brokers' catalog cannot be read or watched. Topics are found by listing and new segments by polling meanwhile,
     * unless the {@linkplain DiscoveryMode mode} forbids it.
     *
     * @param reason what was said, naming the endpoint
     */
    record CatalogFailed(String reason) implements ProcessorEvent {
        @Override
        public String message() {
            return "the brokers' catalog is of no use now, segments are found by polling: " + reason;
        }
    }

    /** The brokers' catalog can be read again, and tells of changes. */
    record CatalogRecovered() implements ProcessorEvent {
        @Override
        public String message() {
            return "the brokers' catalog is back";
        }

        @Override
        public boolean isWarning() {
            return false;
        }
    }

    /**
     * The object store runs fewer calls at once than the processor makes. It works, but slower than it could. Told once.
     *
     * @param store which one
     * @param connections so many calls run at once
     * @param wanted so many are made at once, at most
     */
    record TooFewConnections(String store, int connections, int wanted) implements ProcessorEvent {
        @Override
        public String message() {
            return store + " is reached over at most " + connections + " connections, and up to " + wanted
                    + " requests are made at once; give the client's HTTP client " + wanted
                    + " connections or more (maxConnections)";
        }
    }

    /**
     * There is nothing to process where the processor was told to look.
     *
     * @param explanation what was looked for, and what was found instead
     */
    record NothingFound(String explanation) implements ProcessorEvent {
        @Override
        public String message() {
            return explanation;
        }
    }
}
