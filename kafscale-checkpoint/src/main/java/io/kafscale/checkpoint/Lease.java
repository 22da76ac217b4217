package io.kafscale.checkpoint;

import io.kafscale.segment.TopicPartition;

/**
 * A right to dispatch and commit one partition.
 *
 * @param partition what is owned
 * @param memberId who owns it
 * @param token fences: greater than the token of every earlier lease of this partition in this store
 */
public record Lease(TopicPartition partition, String memberId, long token) {}
