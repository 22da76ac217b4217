package io.kafscale.processor.runtime;

import io.kafscale.discovery.SegmentRef;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Lets partitions fetch while there is room, and wakes those that had to wait, in the order in which they came. */
final class SegmentBuffers {

    private final Environment env;
    private final BufferBudget budget;
    private final Set<Wakeup> waiting = new LinkedHashSet<>();

    SegmentBuffers(Environment env) {
        this.env = env;
        this.budget = new BufferBudget(env.settings().maxBufferedBytes());
    }

    /** Reserves room for a segment, or has {@code waiter} called once there may be some. */
    boolean reserve(SegmentRef segment, Wakeup waiter, boolean holdsNothing) {
        return reserve(segment.segment().size(), waiter, holdsNothing);
    }

    /** Reserves room for this many bytes, or has {@code waiter} called once there may be some. */
    boolean reserve(long bytes, Wakeup waiter, boolean holdsNothing) {
        boolean granted = budget.reserve(bytes, holdsNothing);
        if (!granted) {
            waiting.add(waiter);
        }
        return granted;
    }

    void release(SegmentRef segment) {
        release(segment.segment().size());
    }

    void release(long bytes) {
        budget.release(bytes);
        if (!waiting.isEmpty()) {
            List<Wakeup> called = List.copyOf(waiting);
            waiting.clear();
            env.at(env.now(), () -> called.forEach(Wakeup::call));
        }
    }

    long used() {
        return budget.used();
    }
}
