package io.kafscale.discovery;

import io.kafscale.segment.TopicPartition;

/**
 * A segment both of whose objects were listed.
 *
 * @param partition whose records it holds
 * @param baseOffset the first offset in it, from its key
 * @param segment the {@code .kfs}
 * @param index the {@code .index}
 */
public record SegmentRef(TopicPartition partition, long baseOffset, ObjectEntry segment, ObjectEntry index) {

    /** Whether the {@code .kfs} is older than its {@code .index} by more than {@link ListedSegment#REWRITE_TOLERANCE}. */
    public boolean isBeingRewritten() {
        return segment.lastModified().isBefore(index.lastModified().minus(ListedSegment.REWRITE_TOLERANCE));
    }
}
