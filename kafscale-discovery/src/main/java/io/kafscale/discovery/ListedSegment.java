package io.kafscale.discovery;

import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a listing showed of one segment: at least one of its two halves. Brokers upload the halves side by side, so either
 * may be seen alone, for a moment or for good.
 *
 * @param baseOffset the segment's first offset, from its key
 * @param segment the {@code .kfs}, or null when it was not listed
 * @param index the {@code .index}, or null when it was not listed
 */
public record ListedSegment(
        long baseOffset,
        @Nullable ObjectEntry segment,
        @Nullable ObjectEntry index) {

    /** An index that is younger than its segment by more than this announces that the segment is being rewritten. */
    public static final Duration REWRITE_TOLERANCE = Duration.ofSeconds(5);

    public ListedSegment {
        if (segment == null && index == null) {
            throw new IllegalArgumentException("neither half of segment " + baseOffset + " was listed");
        }
    }

    /** Whether both halves were listed. */
    boolean isPair() {
        return segment != null && index != null;
    }

    /**
     * The segment, when it is complete: both halves were listed, and the {@code .kfs} is not older than its
     * {@code .index} by more than {@link #REWRITE_TOLERANCE}. Else null.
     *
     * @param partition whose listing this is
     */
    public @Nullable SegmentRef completed(TopicPartition partition) {
        if (segment == null || index == null) {
            return null;
        }
        SegmentRef pair = new SegmentRef(partition, baseOffset, segment, index);
        return pair.isBeingRewritten() ? null : pair;
    }
}
