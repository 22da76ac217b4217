package io.kafscale.discovery;

import io.kafscale.segment.TopicPartition;

/**
 * A completed segment: both of its objects were listed.
 *
 * @param partition whose records it holds
 * @param baseOffset the first offset in it, from its key
 * @param segment the {@code .kfs}
 * @param index the {@code .index}
 */
public record SegmentRef(TopicPartition partition, long baseOffset, ObjectEntry segment, ObjectEntry index) {}
