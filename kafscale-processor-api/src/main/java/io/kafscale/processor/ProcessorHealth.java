package io.kafscale.processor;

import io.kafscale.segment.TopicPartition;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a processor was doing at one moment.
 *
 * @param isLive whether it runs: it was started, has not ended, and nothing broke in it. When this is false, start it anew
 * @param isReady whether it is in its group and has seen it, so that it takes its share of the work
 * @param memberId under which id it is in its group, or null while it is not
 * @param bufferedBytes bytes of segments fetched, or being fetched, that were not confirmed yet, and of batches
 *     inflated while sinks read them
 * @param partitions what it knows of each partition that it owns
 */
public record ProcessorHealth(
        boolean isLive,
        boolean isReady,
        @Nullable String memberId,
        long bufferedBytes,
        SortedMap<TopicPartition, PartitionHealth> partitions) {

    public ProcessorHealth {
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
    }

    /** Whether it is in its group. */
    public boolean isJoined() {
        return memberId != null;
    }
}
