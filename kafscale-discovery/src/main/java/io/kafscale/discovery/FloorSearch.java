package io.kafscale.discovery;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;

/**
 * Finds the segment that holds an offset, without listing the partition. Keys are offsets, so that a listing that starts
 * anywhere is a probe: it shows what the next few hundred segments are. From the partition's first page the search leaps
 * forward, ever farther, until it has passed the offset; then it bisects.
 *
 * <p>Everything it knows is between two bounds: {@code low} is the greatest base offset seen at or below the wanted
 * offset, and no segment has a base offset from {@code high} up to the wanted one. Not thread safe; for one search.
 */
final class FloorSearch {

    private static final int LEAP = 16;

    private final SegmentLister lister;
    private final TopicPartition partition;
    private final long offset;

    private long low = -1;
    private long high;

    /** How far the page that last moved {@code low} reached; pages near it are likely to reach as far. */
    private long span = 1;

    FloorSearch(SegmentLister lister, TopicPartition partition, long offset) {
        this.lister = lister;
        this.partition = partition;
        // No base offset is greater, see SegmentKey; and high must not overflow.
        this.offset = Math.min(offset, Long.MAX_VALUE - 1);
        this.high = this.offset + 1;
    }

    long find() throws IOException {
        // A checkpoint mostly stands at a segment's base offset, and then one probe is all.
        if (offset < 0 || probe(offset)) {
            return low;
        }
        probe(0);
        long leap = span;
        while (high - low > 1) {
            if (probe(low + Math.min(leap, (high - low) / 2))) {
                leap = leap > Long.MAX_VALUE / LEAP ? Long.MAX_VALUE : leap * LEAP;
            }
        }
        return low;
    }

    /** Moves {@code low} up and says true, or moves {@code high} down to {@code from} and says false. */
    private boolean probe(long from) throws IOException {
        SegmentListing page = lister.list(partition, from);
        while (true) {
            long first = -1;
            long last = -1;
            boolean passedOffset = !page.truncated();
            for (ListedSegment listed : page.segments()) {
                if (listed.baseOffset() > offset) {
                    passedOffset = true;
                    break;
                }
                if (listed.segment() != null) {
                    first = first < 0 ? listed.baseOffset() : first;
                    last = listed.baseOffset();
                }
            }
            if (last >= 0) {
                low = last;
                high = passedOffset ? last + 1 : high;
                span = last - first + 1;
                return true;
            }
            if (passedOffset) {
                high = from;
                return false;
            }
            // Indexes without segments, a whole page of them: they say nothing about what comes after.
            page = lister.list(partition, page.nextFrom());
        }
    }
}
