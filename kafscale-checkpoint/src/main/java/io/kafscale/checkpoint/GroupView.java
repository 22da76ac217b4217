package io.kafscale.checkpoint;

import io.kafscale.segment.TopicPartition;
import java.util.HashMap;
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

    /** This view, but for one partition whose lease is now known to be another. */
    public GroupView with(Lease lease) {
        Map<TopicPartition, Lease> changed = new HashMap<>(owners);
        changed.put(lease.partition(), lease);
        return new GroupView(changed);
    }
}
