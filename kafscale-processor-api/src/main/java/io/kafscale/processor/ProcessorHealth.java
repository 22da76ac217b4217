package io.kafscale.processor;

import io.kafscale.segment.TopicPartition;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a processor was doing at one moment.
 *
 * @param memberId under which id it is in its group, or null while it is not
 * @param bufferedBytes bytes of segments fetched, or being fetched, that were not confirmed yet
 * @param partitions what it knows of each partition that it owns
 */
public record ProcessorHealth(
        @Nullable String memberId, long bufferedBytes, SortedMap<TopicPartition, PartitionHealth> partitions) {

    /** Whether it is in its group. */
    public boolean isJoined() {
        return memberId != null;
    }
}
