package io.kafscale.processor.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How often something failed in a row, and when it may be tried again: later each time, and never all at once. */
final class Backoff {

    private static final long FIRST_NANOS = Duration.ofMillis(100).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int MAX_DOUBLINGS = 10;

    private final RandomGenerator random;
    private int failures;
    private long readyAtNanos;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    void failed(long nowNanos) {
        long full = Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(failures, MAX_DOUBLINGS));
        readyAtNanos = nowNanos + full / 2 + random.nextLong(full / 2 + 1);
        failures++;
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
