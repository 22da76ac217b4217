package io.kafscale.processor.runtime;

import io.kafscale.segment.TopicPartition;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Lets so many partitions write at once, and of a topic only one where that is wanted. Those that have to wait come in the
 * order in which they asked: a partition that has just written goes behind them.
 */
final class WriteSlots {

    private final Environment env;
    private final Set<String> topicsWriting = new HashSet<>();
    private final Set<Wakeup> waiting = new LinkedHashSet<>();
    private int writing;
    private boolean calling;
    private boolean callsSoon;

    WriteSlots(Environment env) {
        this.env = env;
    }

    /** Whether this partition may write now; if not, {@code waiter} is called when it may. */
    boolean take(TopicPartition partition, Wakeup waiter) {
        boolean itsTurn = calling || waiting.isEmpty();
        if (!itsTurn || !isFree() || !mayWrite(partition)) {
            waiting.add(waiter);
            if (!itsTurn && isFree()) {
                callSoon(); // those before it may all wait for their topics
            }
            return false;
        }
        writing++;
        topicsWriting.add(partition.topic());
        return true;
    }

    private boolean isFree() {
        return writing < env.settings().maxConcurrentWrites();
    }

    private boolean mayWrite(TopicPartition partition) {
        return !env.settings().serializeWritesPerTopic() || !topicsWriting.contains(partition.topic());
    }

    /** A write of this partition has ended. */
    void giveBack(TopicPartition partition) {
        writing--;
        topicsWriting.remove(partition.topic());
        callSoon();
    }

    private void callSoon() {
        if (!waiting.isEmpty() && !callsSoon) {
            callsSoon = true;
            env.at(env.now(), this::callWaiting);
        }
    }

    /** Each that waits now is called once at most: one whose topic is being written goes to the end of the queue. */
    private void callWaiting() {
        callsSoon = false;
        calling = true;
        for (int left = waiting.size(); left > 0 && isFree() && !waiting.isEmpty(); left--) {
            Wakeup first = waiting.iterator().next();
            waiting.remove(first);
            first.call();
        }
        calling = false;
    }

    int writing() {
        return writing;
    }
}
