package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.segment.TopicPartition;
import java.util.HashMap;
import java.util.Map;

/**
 * Sees to it that the epoch that sinks are told of a partition only grows. The store's tokens and checkpoints do so, unless
 * the store itself is set back, by restoring it from a snapshot; then it is this worker that remembers what there was.
 */
final class Epochs {

    private final Map<TopicPartition, Long> highest = new HashMap<>();

    /** Others than this member may have dispatched under the tokens seen. */
    void saw(GroupView view, String memberId) {
        for (Lease lease : view.owners().values()) {
            if (!lease.memberId().equals(memberId)) {
                remember(lease.partition(), lease.token());
            }
        }
    }

    /** The epoch of an ownership that begins now. */
    long next(Lease lease, Checkpoint start) {
        long known = highest.getOrDefault(lease.partition(), -1L);
        long epoch = Math.max(lease.token(), Math.max(start.epoch(), known) + 1);
        remember(lease.partition(), epoch);
        return epoch;
    }

    private void remember(TopicPartition partition, long epoch) {
        highest.merge(partition, epoch, Math::max);
    }
}
