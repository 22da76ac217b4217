package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.discovery.LogRange;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.processor.OutOfRangePolicy;
import java.time.Duration;

/**
 * Notices that a partition's position no longer lies in its log. It has it looked at where the log begins and ends, and
 * says what that means.
 *
 * <p>Where nothing is left to be read, the segment that was read last is listed with every poll. While it is there all is
 * well, but for the rare log that began anew and has a segment of the same name by now: therefore it is looked once an hour
 * as well.
 */
final class RangeGuard {

    enum Verdict {
        /** The position is in the log, or at its end. */
        IN_RANGE,
        /** The log is empty. It may be that everything has expired: wait. */
        EMPTY,
        /** The log begins above the position. */
        BELOW,
        /** The log seems to end below the position. To be looked at again: a segment may be being rewritten just now. */
        PERHAPS_ABOVE,
        /** The log ends below the position, still. */
        ABOVE
    }

    private static final Duration INTERVAL = Duration.ofHours(1);

    private final Environment env;
    private final Wakeup wakeup;
    private final LogRequest request;
    private final Ownership ownership;
    private long lookAtNanos;
    private boolean endsShort;
    private boolean doubtful;
    private boolean suspected;
    private boolean empty;
    private long notBelow = -1;

    RangeGuard(Environment env, Wakeup wakeup, LogRequest request, Ownership ownership) {
        this.env = env;
        this.wakeup = wakeup;
        this.request = request;
        this.ownership = ownership;
        lookLater();
    }

    /**
     * A segment has been read.
     *
     * @param end the offset after its last one
     * @param position the next offset to be read, now
     */
    void completed(long end, long position) {
        endsShort = end < position;
    }

    /** Has the log looked at when it may have ended before the position, and now and then. Once for each doubt. */
    void guard(PartitionTail tail) {
        if (tail.expected() == 0 || !tail.isIdle()) {
            return;
        }
        boolean doubts = !tail.isAnchored() || endsShort;
        if (doubts && !doubtful) {
            lookAtNanos = env.now();
        }
        doubtful = doubts;
        if (request.mayBegin() && wakeup.isDue(lookAtNanos)) {
            look(tail);
        }
    }

    /** Whether what is missing before a segment was perhaps deleted unread, rather than lost by a broker. */
    boolean isPerhapsBelow(PartitionTail tail, PartitionTail.Admission admission) {
        boolean atHole = admission.gapFrom() < admission.from();
        if (!atHole || tail.isAnchored() || notBelow == tail.expected()) {
            return false;
        }
        if (request.mayBegin()) {
            look(tail);
        }
        return true;
    }

    void look(PartitionTail tail) {
        request.begin(new Command.LookAtRange(ownership, tail.expected(), Math.max(0, tail.listFrom() - 1)));
    }

    /** Whether the log was empty when it was looked at. It may begin anew anywhere, so that polls must look at all of it. */
    boolean isLogEmpty() {
        return empty;
    }

    /**
     * What it means.
     *
     * @param position the next offset to be read
     * @param atHole whether there are segments to be read, after a hole
     */
    Verdict seen(LogRange range, long position, boolean atHole) {
        // What stood after the hole may have been deleted meanwhile; it is here all the same, and goes first.
        empty = range.isEmpty() && !atHole;
        boolean above = !atHole && !empty && range.end() < position;
        boolean confirmed = above && suspected;
        suspected = above;
        if (above && !confirmed) {
            lookAtNanos = env.now() + env.settings().grace().toNanos();
            return Verdict.PERHAPS_ABOVE;
        }
        lookLater();
        if (above) {
            return Verdict.ABOVE;
        } else if (empty) {
            return Verdict.EMPTY;
        } else if (atHole && range.first() > position) {
            return Verdict.BELOW;
        }
        notBelow = position;
        return Verdict.IN_RANGE;
    }

    /** Where to go on instead of at {@code before}, which does not lie in {@code log}; what is jumped over is lost. */
    static Checkpoint elsewhere(LogRange log, Checkpoint before, OutOfRangePolicy policy) {
        boolean earliest = policy == OutOfRangePolicy.EARLIEST;
        long to = earliest ? log.first() : log.end();
        // What the log holds no more, and what it holds and is not read.
        long passedOver = to - Math.min(before.nextOffset(), log.first());
        return new Checkpoint(
                to,
                earliest ? to : Checkpoint.UNKNOWN,
                before.epoch(),
                before.timestampMillis(),
                passedOver == 0 ? before.losses() : before.losses().plusGap(passedOver));
    }

    private void lookLater() {
        lookAtNanos = env.now() + INTERVAL.toNanos() - env.chance(INTERVAL.toNanos() / 4);
    }
}
