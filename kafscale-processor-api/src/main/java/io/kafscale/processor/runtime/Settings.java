package io.kafscale.processor.runtime;

import java.time.Duration;

/**
 * A processor's figures, all checked by the builder.
 *
 * @param group the application's name
 * @param leaseTtl after which a silent worker's partitions are free
 * @param commitInterval at most one commit a partition in this time
 * @param pollInterval between listings of a partition, soon after something was found
 * @param maxPollInterval between listings of a partition that has had nothing new for long
 * @param safetyPollInterval between listings of a partition while the catalog tells of new segments
 * @param discoveryInterval between looks for new topics and partitions, soon after some were found
 * @param maxDiscoveryInterval between looks for them when there have been none for long
 * @param grace how long half a segment is waited for
 * @param maxBufferedBytes of fetched segments
 * @param prefetchSegments fetched ahead per partition, at least
 * @param maxConcurrentFetches of segments, in the whole processor
 * @param maxConcurrentWrites of sinks
 * @param serializeWritesPerTopic whether a topic has one write at a time
 * @param maxPartitions owned at once
 */
public record Settings(
        String group,
        Duration leaseTtl,
        Duration commitInterval,
        Duration pollInterval,
        Duration maxPollInterval,
        Duration safetyPollInterval,
        Duration discoveryInterval,
        Duration maxDiscoveryInterval,
        Duration grace,
        long maxBufferedBytes,
        int prefetchSegments,
        int maxConcurrentFetches,
        int maxConcurrentWrites,
        boolean serializeWritesPerTopic,
        int maxPartitions) {

    private static final int HEARTBEATS_PER_TTL = 3;

    /** Between renewals, and so between looks at the group. */
    Duration heartbeatInterval() {
        return leaseTtl.dividedBy(HEARTBEATS_PER_TTL);
    }
}
