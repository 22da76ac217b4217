package io.kafscale.processor.runtime;

import io.kafscale.discovery.LogRange;
import java.time.Duration;

/**
 * Notices that a partition's position no longer lies in its log. It says when to look at where the log begins and ends, and
 * what that means.
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
    private long lookAtNanos;
    private boolean doubtful;
    private boolean suspected;
    private boolean empty;
    private long notBelow = -1;

    RangeGuard(Environment env) {
        this.env = env;
        lookLater();
    }

    /** When to look, while nothing is left to be read. */
    long lookAtNanos() {
        return lookAtNanos;
    }

    /** Whether the log was empty when it was looked at. It may begin anew anywhere, so that polls must look at all of it. */
    boolean isLogEmpty() {
        return empty;
    }

    /**
     * Has the log looked at now, if that was not done for this doubt already.
     *
     * @param doubtful whether what was read last is gone, or ends below the position
     */
    void doubt(boolean doubtful) {
        if (doubtful && !this.doubtful) {
            lookAtNanos = env.now();
        }
        this.doubtful = doubtful;
    }

    /** Whether a hole at {@code position} was looked at, and is just a hole. */
    boolean isNotBelow(long position) {
        return notBelow == position;
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

    private void lookLater() {
        lookAtNanos = env.now() + INTERVAL.toNanos() - env.chance(INTERVAL.toNanos() / 4);
    }
}
