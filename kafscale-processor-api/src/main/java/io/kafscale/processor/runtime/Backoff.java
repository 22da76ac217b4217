package io.kafscale.processor.runtime;

import io.kafscale.processor.ErrorPolicy;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How often something failed in a row, and when it may be tried again: later each time, and never all at once. */
final class Backoff {

    private static final int MAX_DOUBLINGS = 20;

    private final RandomGenerator random;
    private int failures;
    private long readyAtNanos;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    void failed(long nowNanos) {
        failed(nowNanos, ErrorPolicy.DEFAULT_FIRST_PAUSE, ErrorPolicy.DEFAULT_LONGEST_PAUSE);
    }

    void failed(long nowNanos, Duration firstPause, Duration longestPause) {
        long doubled = saturated(firstPause.toNanos(), Math.min(failures, MAX_DOUBLINGS));
        long full = Math.min(longestPause.toNanos(), doubled);
        readyAtNanos = nowNanos + full / 2 + random.nextLong(full / 2 + 1);
        failures++;
    }

    private static long saturated(long nanos, int doublings) {
        return nanos > Long.MAX_VALUE >> doublings ? Long.MAX_VALUE : nanos << doublings;
    }

    void succeeded() {
        failures = 0;
    }

    /** How often it failed since it last succeeded. */
    int failures() {
        return failures;
    }

    boolean isReady(long nowNanos) {
        return failures == 0 || nowNanos - readyAtNanos >= 0;
    }

    /** When it may be tried again; only of meaning after a failure. */
    long readyAtNanos() {
        return readyAtNanos;
    }
}
