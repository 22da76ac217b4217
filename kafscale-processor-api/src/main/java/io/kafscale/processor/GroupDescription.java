package io.kafscale.processor;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A group as an administrator sees it.
 *
 * @param group its name
 * @param members the living members' subscriptions by member id
 * @param partitions all that the group has a checkpoint of or owns
 */
public record GroupDescription(
        String group, Map<String, Subscription> members, SortedMap<TopicPartition, Partition> partitions) {

    public GroupDescription {
        members = Map.copyOf(members);
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
    }

    /**
     * How far the group has come with one partition.
     *
     * @param owner the lease it is processed under, or null when nobody does
     * @param checkpoint what was committed last, or null when nothing was
     * @param end the offset after the last one in the log, 0 when the log is empty; looked at after the checkpoint
     */
    public record Partition(@Nullable Lease owner, @Nullable Checkpoint checkpoint, long end) {

        /** How many offsets of the log lie beyond the checkpoint; empty without one. */
        public OptionalLong lag() {
            return checkpoint == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(Math.max(0, end - checkpoint.nextOffset()));
        }
    }
}
