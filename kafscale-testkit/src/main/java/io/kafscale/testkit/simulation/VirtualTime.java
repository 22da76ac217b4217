package io.kafscale.testkit.simulation;

import io.kafscale.processor.runtime.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that moves only when something happens, and what is to happen. One thread; same calls, same order. */
final class VirtualTime implements Ticker, InstantSource {

    private static final long EPOCH_MILLIS = 1_767_225_600_000L;

    private record Entry(long atNanos, long sequence, Runnable action) {}

    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>(Comparator.comparingLong(Entry::atNanos).thenComparingLong(Entry::sequence));
    private long nanos;
    private long sequence;

    void after(Duration delay, Runnable action) {
        afterNanos(delay.toNanos(), action);
    }

    void afterNanos(long delay, Runnable action) {
        queue.add(new Entry(nanos + Math.max(0, delay), sequence++, action));
    }

    /** Lets everything happen that happens before {@code end}, and moves there. */
    void runUntil(long end) {
        while (!queue.isEmpty() && queue.peek().atNanos <= end) {
            Entry next = queue.poll();
            nanos = next.atNanos;
            next.action.run();
        }
        nanos = Math.max(nanos, end);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return EPOCH_MILLIS + nanos / 1_000_000;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(wallMillis());
    }
}
