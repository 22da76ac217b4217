package io.kafscale.processor.runtime;

import java.time.Duration;

/**
 * A processor's figures, all checked by the builder.
 *
 * @param group the application's name
 * @param leaseTtl after which a silent worker's partitions are free
 * @param commitInterval at most one commit a partition in this time
 * @param pollInterval between listings of a partition that has nothing new
 * @param safetyPollInterval the same while the catalog tells of new segments
 * @param discoveryInterval between looks for new topics and partitions
 * @param grace how long half a segment is waited for
 * @param maxBufferedBytes of fetched segments
 * @param prefetchSegments fetched ahead per partition
 * @param maxConcurrentWrites of sinks
 * @param maxPartitions owned at once
 */
public record Settings(
        String group,
        Duration leaseTtl,
        Duration commitInterval,
        Duration pollInterval,
        Duration safetyPollInterval,
        Duration discoveryInterval,
        Duration grace,
        long maxBufferedBytes,
        int prefetchSegments,
        int maxConcurrentWrites,
        int maxPartitions) {

    private static final int HEARTBEATS_PER_TTL = 3;

    /** Between renewals, and so between looks at the group. */
    Duration heartbeatInterval() {
        return leaseTtl.dividedBy(HEARTBEATS_PER_TTL);
    }
}
