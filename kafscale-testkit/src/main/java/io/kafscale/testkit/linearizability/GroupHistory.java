package io.kafscale.testkit.linearizability;

import io.kafscale.checkpoint.Lease;
import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All that was asked of one group, and what was answered. Partitions have nothing to do with each other, so that each has a
 * history of its own. Thread safe.
 */
final class GroupHistory {

    private final long start = System.nanoTime();
    private final Map<TopicPartition, List<Operation<PartitionCall>>> byPartition = new HashMap<>();
    private final Map<Lease, Integer> releasesSent = new ConcurrentHashMap<>();

    GroupHistory(List<TopicPartition> partitions) {
        partitions.forEach(partition -> byPartition.put(partition, new ArrayList<>()));
    }

    /** The time now, in the history's own count. */
    long now() {
        return System.nanoTime() - start;
    }

    /** Notes a call of the current thread that began at {@code invoked}, and has just been answered. */
    void answered(TopicPartition partition, long invoked, PartitionCall call) {
        add(partition, invoked, now(), call);
    }

    /** Notes a call of the current thread that began at {@code invoked}, of which nobody knows what came. */
    void unanswered(TopicPartition partition, long invoked, PartitionCall call) {
        add(partition, invoked, Operation.NEVER, call);
    }

    /** From {@code since} on the member's leases may end at any time. */
    void silent(String member, long since) {
        for (TopicPartition partition : byPartition.keySet()) {
            add(partition, since, Operation.NEVER, new PartitionCall.Silence(member));
        }
    }

    /** The member was told that it is dead, by a call that began at {@code invoked} and has just been answered. */
    void declaredDead(String member, long invoked) {
        for (TopicPartition partition : byPartition.keySet()) {
            answered(partition, invoked, new PartitionCall.DeclaredDead(member));
        }
    }

    /** Somebody is about to release under this lease. */
    void releaseSent(Lease lease) {
        releasesSent.merge(lease, 1, Integer::sum);
    }

    /** How often that was so until now. */
    int releasesSent(Lease lease) {
        return releasesSent.getOrDefault(lease, 0);
    }

    private synchronized void add(TopicPartition partition, long invoked, long returned, PartitionCall call) {
        List<Operation<PartitionCall>> history = byPartition.get(partition);
        if (history == null) {
            throw new IllegalArgumentException(partition + " is not one of " + byPartition.keySet());
        }
        history.add(new Operation<>(history.size(), Thread.currentThread().getName(), call, invoked, returned));
    }

    /** @throws AssertionError when no order of the calls on some partition explains their answers; it shows the stretch */
    synchronized void check(String circumstances) {
        byPartition.forEach((partition, history) -> {
            Optional<Contradiction<PartitionState, PartitionCall>> found =
                    LinearizabilityCheck.find(PartitionState.MODEL, history);
            found.ifPresent(contradiction -> {
                throw new AssertionError("the history of " + partition + " is not linearizable (" + circumstances
                        + "): " + contradiction.describe());
            });
        });
    }
}
