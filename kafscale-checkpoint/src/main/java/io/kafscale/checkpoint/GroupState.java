package io.kafscale.checkpoint;

import io.kafscale.segment.TopicPartition;
import java.util.Map;

/**
 * All that a store keeps of one group.
 *
 * @param view members and leases
 * @param checkpoints how far the group has come, by partition; also of partitions that nobody owns
 */
public record GroupState(GroupView view, Map<TopicPartition, Checkpoint> checkpoints) {

    public GroupState {
        checkpoints = Map.copyOf(checkpoints);
    }
}
