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
    private final long shortest;
    private final long longest;
    private int idle;
    private long waitNanos;
    private long nextNanos;

    PollPace(RandomGenerator random, Duration shortest, Duration longest, long firstNanos) {
        this.random = random;
        this.shortest = shortest.toNanos();
        this.longest = Math.max(this.shortest, longest.toNanos());
        this.nextNanos = firstNanos;
    }

    /** It was looked just now. */
    void looked(long nowNanos, boolean found) {
        idle = found ? 0 : idle + 1;
        // By division, since a shift of a long interval overflows.
        int doublings = Math.min(MAX_DOUBLINGS, Math.max(0, idle - 1));
        long full = longest >> doublings < shortest ? longest : shortest << doublings;
        waitNanos = full - random.nextLong(full / 4 + 1);
        nextNanos = nowNanos + waitNanos;
    }

    /** There may be something now. */
    void hint(long nowNanos) {
        idle = 0;
        nextNanos = nowNanos;
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
