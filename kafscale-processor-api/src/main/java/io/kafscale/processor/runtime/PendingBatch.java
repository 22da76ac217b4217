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
    /** Records that are not handed over any more: they were put aside. */
    private final Set<Long> excluded;

    private final Set<Long> deadLetters;

    PendingBatch(List<Portion> portions) {
        this(portions, new HashSet<>(), new HashSet<>());
    }

    private PendingBatch(List<Portion> portions, Set<Long> excluded, Set<Long> deadLetters) {
        this.portions = List.copyOf(portions);
        this.excluded = excluded;
        this.deadLetters = deadLetters;
    }

    List<Portion> portions() {
        return portions;
    }

    long first() {
        return portions.get(0).from();
    }

    long next() {
        return portions.get(portions.size() - 1).until();
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
        LossLedger losses = before;
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
