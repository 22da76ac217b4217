package io.kafscale.processor.runtime;

import java.time.Duration;

/**
 * Until when a member may act on its leases: from before its last renewal was sent, for the TTL less a margin. Renewed by
 * the coordinator, asked by every thread.
 *
 * <p>The monotonic clock decides. Where a whole machine was suspended it may have stood still, which only the wall clock
 * tells: when more wall time than monotonic time has passed, by more than the margin, the term is over too.
 */
final class LeaseTerm {

    private final Ticker ticker;
    private final long usableNanos;
    private final long marginMillis;
    private volatile Renewal renewal;

    /** The two clocks when a renewal was sent. */
    record Renewal(long nanos, long wallMillis) {}

    LeaseTerm(Ticker ticker, Duration ttl, Renewal first) {
        this.ticker = ticker;
        long margin = marginNanos(ttl);
        this.usableNanos = ttl.toNanos() - margin;
        this.marginMillis = Duration.ofNanos(margin).toMillis();
        this.renewal = first;
    }

    /** A sixth of the TTL: for clocks that run unevenly, and for the way of the last write that was let out. */
    static long marginNanos(Duration ttl) {
        return ttl.toNanos() / 6;
    }

    static Renewal sentNow(Ticker ticker) {
        return new Renewal(ticker.nanoTime(), ticker.wallMillis());
    }

    void renewed(Renewal sent) {
        if (sent.nanos - renewal.nanos > 0) {
            renewal = sent;
        }
    }

    /** Whether {@code sent} is the last renewal. */
    boolean isRenewal(Renewal sent) {
        return renewal.equals(sent);
    }

    /** The moment, in the ticker's nanoseconds, at which nothing may be dispatched any more. */
    long deadlineNanos() {
        return renewal.nanos + usableNanos;
    }

    /** Nanoseconds that are left; 0 when it is over. */
    long remainingNanos() {
        Renewal last = renewal;
        long elapsed = ticker.nanoTime() - last.nanos;
        long elapsedWallMillis = ticker.wallMillis() - last.wallMillis;
        if (elapsedWallMillis > elapsed / 1_000_000 + marginMillis) {
            return 0;
        }
        return Math.max(0, usableNanos - elapsed);
    }

    boolean isOver() {
        return remainingNanos() == 0;
    }
}
