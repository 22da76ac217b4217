package io.kafscale.processor.runtime;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What is to be done at which time. An alarm cannot be called off; whoever it calls looks whether there is work. */
final class Alarms {

    private record Alarm(long atNanos, Runnable action) {}

    private final PriorityQueue<Alarm> queue;

    Alarms() {
        // By difference, since nanoTime may overflow.
        Comparator<Alarm> earliestFirst = (a, b) -> Long.signum(a.atNanos - b.atNanos);
        queue = new PriorityQueue<>(earliestFirst);
    }

    void at(long nanos, Runnable action) {
        queue.add(new Alarm(nanos, action));
    }

    void ringUntil(long nowNanos) {
        Alarm next;
        while ((next = queue.peek()) != null && nowNanos - next.atNanos >= 0) {
            queue.poll();
            next.action.run();
        }
    }

    /** Nanoseconds until the next alarm, 0 when one is due, {@code Long.MAX_VALUE} when there is none. */
    long untilNext(long nowNanos) {
        Alarm next = queue.peek();
        return next == null ? Long.MAX_VALUE : Math.max(0, next.atNanos - nowNanos);
    }
}
