package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Lease;
import io.kafscale.segment.TopicPartition;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The partitions that are owned, and those lost whose last write has not returned yet. */
final class Partitions {

    private final SortedMap<TopicPartition, OwnedPartition> owned = new TreeMap<>();

    void add(OwnedPartition partition) {
        owned.put(partition.partition(), partition);
    }

    boolean remove(OwnedPartition partition) {
        return owned.remove(partition.partition(), partition);
    }

    boolean contains(TopicPartition partition) {
        return owned.containsKey(partition);
    }

    int size() {
        return owned.size();
    }

    boolean isEmpty() {
        return owned.isEmpty();
    }

    /** As they are now; what is done with one may remove it. */
    Collection<OwnedPartition> all() {
        return List.copyOf(owned.values());
    }

    /** The partition while it is owned under exactly this ownership; late results of an earlier one find nothing. */
    @Nullable
    OwnedPartition find(Ownership ownership) {
        OwnedPartition partition = owned.get(ownership.partition());
        return partition == null || partition.ownership() != ownership ? null : partition;
    }

    @Nullable
    OwnedPartition find(TopicPartition partition) {
        return owned.get(partition);
    }

    @Nullable
    OwnedPartition find(Lease lease) {
        OwnedPartition partition = owned.get(lease.partition());
        return partition == null || !partition.ownership().lease().equals(lease) ? null : partition;
    }

    @Override
    public String toString() {
        return owned.values().toString();
    }
}
