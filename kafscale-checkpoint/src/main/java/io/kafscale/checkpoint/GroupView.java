package io.kafscale.checkpoint;

import io.kafscale.segment.TopicPartition;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who owned what in a group at one moment.
 *
 * @param owners the leases by partition; partitions without an owner are missing
 */
public record GroupView(Map<TopicPartition, Lease> owners) {

    public GroupView {
        owners = Map.copyOf(owners);
    }

    /** The partition's lease, or null when nobody owns it. */
    public @Nullable Lease owner(TopicPartition partition) {
        return owners.get(partition);
    }
}
