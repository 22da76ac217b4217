package io.kafscale.checkpoint;

import io.kafscale.segment.TopicPartition;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who was in a group, and who owned what, at one moment.
 *
 * @param members the living members' subscriptions by member id. An owner need not be among them: it may have left, or be
 *     a program that does not say what it subscribes to
 * @param owners the leases by partition; partitions without an owner are missing
 */
public record GroupView(Map<String, Subscription> members, Map<TopicPartition, Lease> owners) {

    public GroupView {
        members = Map.copyOf(members);
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
        return new GroupView(members, changed);
    }
}
