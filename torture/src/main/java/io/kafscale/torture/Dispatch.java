package io.kafscale.torture;

import io.kafscale.segment.TopicPartition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of a worker's sink.
 *
 * @param process whose
 * @param partition of the batch
 * @param epoch of the batch
 * @param first the batch's first offset
 * @param next the offset after the batch's last one
 * @param begunNanos when the sink was called
 * @param hadLease whether the worker still held itself for the owner then
 * @param end how it ended, or null when the process ended first
 */
record Dispatch(
        String process,
        TopicPartition partition,
        long epoch,
        long first,
        long next,
        long begunNanos,
        boolean hadLease,
        @Nullable End end) {

    /**
     * The end of a call.
     *
     * @param nanos just before the sink returned or threw
     * @param isConfirmed whether it returned
     * @param records what it had written
     */
    record End(long nanos, boolean isConfirmed, List<Written> records) {
        End {
            records = List.copyOf(records);
        }
    }

    /**
     * A record that was written.
     *
     * @param hash of what was written, as {@link RecordHash} makes it
     */
    record Written(long offset, long hash) {}

    boolean isConfirmed() {
        return end != null && end.isConfirmed();
    }

    /** When it ended, or began, if it did not end. */
    long lastNanos() {
        return end == null ? begunNanos : end.nanos();
    }

    @Override
    public String toString() {
        return process + " dispatched " + partition + " [" + first + ", " + next + ") under epoch " + epoch;
    }
}
