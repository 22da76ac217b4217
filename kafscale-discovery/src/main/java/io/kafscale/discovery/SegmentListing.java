package io.kafscale.discovery;

import io.kafscale.segment.TopicPartition;
import java.util.List;

/**
 * What one listing showed of a partition's segments: the bare facts, without a judgement on what is complete or missing.
 *
 * <p><b>A pair is never torn by a page's end.</b> An {@code .index} sorts before its {@code .kfs}, and a page may end
 * between the two. Such a last segment is left out here and is the first of the listing {@linkplain #nextFrom() after}
 * this one. A half that stands alone in a listing was therefore alone when it was listed.
 *
 * @param partition whose segments these are
 * @param fromBaseOffset the listing began with this base offset
 * @param segments ascending by base offset, none below {@code fromBaseOffset}; never empty when {@code truncated}
 * @param truncated whether there is more to list
 */
public record SegmentListing(
        TopicPartition partition, long fromBaseOffset, List<ListedSegment> segments, boolean truncated) {

    public SegmentListing {
        segments = List.copyOf(segments);
        if (truncated && segments.isEmpty()) {
            throw new IllegalArgumentException(
                    "a truncated listing of " + partition + " without a segment leads nowhere");
        }
    }

    /**
     * Where the listing after this one begins: right behind the last segment of this one, or at {@code fromBaseOffset}
     * again when there was none.
     */
    public long nextFrom() {
        return segments.isEmpty()
                ? fromBaseOffset
                : segments.get(segments.size() - 1).baseOffset() + 1;
    }

    /** The segments of which both halves were listed; ascending. */
    List<ListedSegment> pairs() {
        return segments.stream().filter(ListedSegment::isPair).toList();
    }
}
