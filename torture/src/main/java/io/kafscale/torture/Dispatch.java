package io.kafscale.torture;

import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
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
 * @param parts what was confirmed before the end, in order
 * @param end how it ended, or null when the process ended first
 * @param isStored whether the sink's table has all of it: since when only the database knows, perhaps long before it was
 *     confirmed, and perhaps it never was
 */
record Dispatch(
        String process,
        TopicPartition partition,
        long epoch,
        long first,
        long next,
        long begunNanos,
        boolean hadLease,
        List<Part> parts,
        @Nullable End end,
        boolean isStored) {

    Dispatch {
        parts = List.copyOf(parts);
    }

    /** As a ledger has it. */
    Dispatch(
            String process,
            TopicPartition partition,
            long epoch,
            long first,
            long next,
            long begunNanos,
            boolean hadLease,
            List<Part> parts,
            @Nullable End end) {
        this(process, partition, epoch, first, next, begunNanos, hadLease, parts, end, false);
    }

    /**
     * Records that were confirmed before the call ended.
     *
     * @param nanos just before the sink confirmed them
     * @param next the offset below which it confirmed
     * @param records what it had written since the part before
     */
    record Part(long nanos, long next, List<Written> records) {
        Part {
            records = List.copyOf(records);
        }
    }

    /**
     * The end of a call.
     *
     * @param nanos just before the sink returned or threw
     * @param isConfirmed whether it returned
     * @param records what it had written since the last part
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

    /**
     * From a moment on, all below an offset is confirmed.
     *
     * @param nanos just before
     * @param sinceEpoch to owners of this epoch or a later one
     */
    record Confirmation(long nanos, long next, long sinceEpoch) {
        boolean holds(long nanos, long epoch) {
            return this.nanos <= nanos && sinceEpoch <= epoch;
        }
    }

    Dispatch withPart(Part part) {
        List<Part> more = new ArrayList<>(parts);
        more.add(part);
        return new Dispatch(process, partition, epoch, first, next, begunNanos, hadLease, more, end);
    }

    Dispatch withEnd(End ended) {
        return new Dispatch(process, partition, epoch, first, next, begunNanos, hadLease, parts, ended);
    }

    Dispatch stored() {
        return new Dispatch(process, partition, epoch, first, next, begunNanos, hadLease, parts, end, true);
    }

    boolean isConfirmed() {
        return end != null && end.isConfirmed();
    }

    /** When it ended, or was last heard of, if it did not end. */
    long lastNanos() {
        if (end != null) {
            return end.nanos();
        }
        return parts.isEmpty() ? begunNanos : parts.get(parts.size() - 1).nanos();
    }

    /**
     * All that was confirmed of it, in order. What is stored may have been at once: not to its own owner, who has to wait for
     * the sink, but to the next one, whom the table tells.
     */
    List<Confirmation> confirmations() {
        List<Confirmation> all = new ArrayList<>();
        if (isStored) {
            all.add(new Confirmation(begunNanos, next, epoch + 1));
        }
        parts.forEach(part -> all.add(new Confirmation(part.nanos(), part.next(), 0)));
        if (end != null && end.isConfirmed()) {
            all.add(new Confirmation(end.nanos(), next, 0));
        }
        return all;
    }

    /** Below this all was confirmed to its own process; its first offset when nothing was. */
    long confirmedNext() {
        if (isConfirmed()) {
            return next;
        }
        return parts.isEmpty() ? first : parts.get(parts.size() - 1).next();
    }

    /** What was written and confirmed, in order. */
    List<Written> confirmedRecords() {
        return records(isConfirmed());
    }

    /** What was written, as far as is known, in order. */
    List<Written> records() {
        return records(true);
    }

    private List<Written> records(boolean withEnd) {
        List<Written> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.records()));
        if (end != null && withEnd) {
            all.addAll(end.records());
        }
        return all;
    }

    @Override
    public String toString() {
        return process + " dispatched " + partition + " [" + first + ", " + next + ") under epoch " + epoch;
    }
}
