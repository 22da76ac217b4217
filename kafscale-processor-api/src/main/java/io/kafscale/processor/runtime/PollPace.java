package io.kafscale.processor.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to look again for something new: soon after something was found, and ever later while nothing is, up to a limit. A
 * wait is shortened by up to a quarter, by chance, so that what began at the same moment does not stay in step.
 */
final class PollPace {

    private static final int MAX_DOUBLINGS = 20;

    private final RandomGenerator random;
    private int idle;
    private long waitNanos;
    private long nextNanos;

    PollPace(RandomGenerator random, long firstNanos) {
        this.random = random;
        this.nextNanos = firstNanos;
    }

    /**
     * It was looked just now.
     *
     * @param shortest to wait after something was found, at most
     * @param longest to wait when nothing has been found for long
     */
    void looked(long nowNanos, boolean found, Duration shortest, Duration longest) {
        idle = found ? 0 : idle + 1;
        int doublings = Math.min(MAX_DOUBLINGS, Math.max(0, idle - 1));
        long least = shortest.toNanos();
        // Shifted to the right, since to the left it may overflow.
        long full = longest.toNanos() >> doublings < least ? Math.max(least, longest.toNanos()) : least << doublings;
        waitNanos = full - random.nextLong(full / 4 + 1);
        nextNanos = nowNanos + waitNanos;
    }

    /** There may be something now. */
    void hint(long nowNanos) {
        idle = 0;
        nextNanos = nowNanos;
    }

    /** Nothing else tells of anything new any more. */
    void noLaterThan(long nanos) {
        if (nanos - nextNanos < 0) {
            idle = 0;
            nextNanos = nanos;
        }
    }

    /** When to look. */
    long nextNanos() {
        return nextNanos;
    }

    /** Whether it makes little difference to look now: half of the wait is over. */
    boolean isNearlyDue(long nowNanos) {
        return nowNanos - (nextNanos - waitNanos / 2) >= 0;
    }
}
