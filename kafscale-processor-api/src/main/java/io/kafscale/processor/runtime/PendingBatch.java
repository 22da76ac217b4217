package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.LossLedger;
import io.kafscale.processor.RecordFailedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Offsets that are handed over together, again and again until they are confirmed or put aside. */
final class PendingBatch {

    private final List<Portion> portions;
    private final long first;
    private final long next;
    /** The sink gets the range, for the sake of its own position, and no record. */
    private final boolean isSkipped;
    /** Records that are not handed over any more: they were put aside. */
    private final Set<Long> excluded;

    private final Set<Long> deadLetters;

    PendingBatch(List<Portion> portions) {
        this(portions, new HashSet<>(), new HashSet<>());
    }

    private PendingBatch(List<Portion> portions, Set<Long> excluded, Set<Long> deadLetters) {
        this(portions, portions.get(0).from(), portions.get(portions.size() - 1).until(), false, excluded, deadLetters);
    }

    private PendingBatch(
            List<Portion> portions,
            long first,
            long next,
            boolean isSkipped,
            Set<Long> excluded,
            Set<Long> deadLetters) {
        this.portions = List.copyOf(portions);
        this.first = first;
        this.next = next;
        this.isSkipped = isSkipped;
        this.excluded = excluded;
        this.deadLetters = deadLetters;
    }

    /** What is left of a damaged segment, whose records are given up. */
    static PendingBatch skipped(Portion damaged) {
        return skipped(List.of(damaged), damaged.from(), damaged.until());
    }

    /** The offsets of a segment that could not even be opened. */
    static PendingBatch skipped(long first, long next) {
        return skipped(List.of(), first, next);
    }

    private static PendingBatch skipped(List<Portion> portions, long first, long next) {
        return new PendingBatch(portions, first, next, true, Set.of(), Set.of());
    }

    /** The segments it lies in, as far as they could be opened. */
    List<Portion> portions() {
        return portions;
    }

    /** Where its records lie. */
    List<Portion> records() {
        return isSkipped ? List.of() : portions;
    }

    boolean isSkipped() {
        return isSkipped;
    }

    long first() {
        return first;
    }

    long next() {
        return next;
    }

    /** How many offsets it covers. */
    long span() {
        return next() - first();
    }

    Set<Long> excluded() {
        return Set.copyOf(excluded);
    }

    void skip(long offset) {
        excluded.add(offset);
    }

    void buried(long offset) {
        excluded.add(offset);
        deadLetters.add(offset);
    }

    /** Whether this one record is known to be to blame. */
    boolean isBlamed(RecordFailedException failure) {
        long offset = failure.offset();
        return offset >= first() && offset < next() && !excluded.contains(offset);
    }

    /** The ledger with what was put aside of the offsets below {@code until}. */
    LossLedger putAside(LossLedger before, long until) {
        LossLedger losses = isSkipped ? before.plusSkipped(next - first) : before;
        for (long offset : excluded) {
            if (offset >= first() && offset < until) {
                losses = deadLetters.contains(offset) ? losses.plusDeadLetter() : losses.plusSkipped(1);
            }
        }
        return losses;
    }

    /** What is left of it once all below {@code offset} is confirmed. */
    PendingBatch after(long offset) {
        List<Portion> left = new ArrayList<>();
        for (Portion portion : portions) {
            if (portion.until() > offset) {
                left.add(portion.after(offset));
            }
        }
        return new PendingBatch(left, excluded, deadLetters);
    }

    /** Its first half, at least one offset. */
    PendingBatch half() {
        long middle = first() + Math.max(1, span() / 2);
        List<Portion> kept = new ArrayList<>();
        for (Portion portion : portions) {
            if (portion.from() < middle) {
                kept.add(portion.before(middle));
            }
        }
        return new PendingBatch(kept, excluded, deadLetters);
    }
}
