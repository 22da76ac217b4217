package io.kafscale.discovery;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.List;

/**
 * Finds the last segment up to some point of a log, without listing the partition. Keys are offsets, so that a listing that
 * starts anywhere is a probe: it shows what the next few hundred segments are. From where it begins the search leaps
 * forward, ever farther, until it has passed the point; then it bisects.
 *
 * <p>Everything it knows is between two bounds: {@code low} is the greatest base offset seen of a segment up to the point,
 * and no such segment has a base offset from {@code high} on. Only pairs count: a lone half holds nothing. Not thread safe;
 * for one search.
 */
final class SegmentSearch {

    /** The point that is sought: true of a log's segments from the first one on, and false of all after the last such. */
    @FunctionalInterface
    interface UpTo {
        boolean includes(ListedSegment segment) throws IOException;
    }

    private static final int LEAP = 16;

    private final SegmentLister lister;
    private final TopicPartition partition;
    private final UpTo point;

    private long low = -1;
    private long high;
    private List<ListedSegment> found = List.of();

    /** How far the page that last moved {@code low} reached; pages near it are likely to reach as far. */
    private long span = 1;

    /**
     * A search.
     *
     * @param below no segment with this base offset or a greater one is sought
     */
    SegmentSearch(SegmentLister lister, TopicPartition partition, long below, UpTo point) {
        this.lister = lister;
        this.partition = partition;
        this.high = below;
        this.point = point;
    }

    /**
     * The segment sought and those before it on its page, ascending; empty when there is none.
     *
     * @param near where to look first; right there or a little before it saves requests
     */
    List<ListedSegment> find(long near) throws IOException {
        if (high <= 0) {
            return found;
        }
        probe(near);
        if (low < 0 && near > 0) {
            probe(0);
        }
        long leap = span;
        while (high - low > 1) {
            if (probe(low + Math.min(leap, (high - low) / 2))) {
                leap = leap > Long.MAX_VALUE / LEAP ? Long.MAX_VALUE : leap * LEAP;
            }
        }
        return found;
    }

    /** Moves {@code low} up and says true, or moves {@code high} down to {@code from} and says false. */
    private boolean probe(long from) throws IOException {
        SegmentListing page = lister.list(partition, from);
        while (true) {
            List<ListedSegment> pairs = page.pairs();
            int included = included(pairs);
            boolean passed = included < pairs.size() || !page.truncated();
            if (included > 0) {
                found = pairs.subList(0, included);
                low = pairs.get(included - 1).baseOffset();
                high = passed ? low + 1 : high;
                span = low - pairs.get(0).baseOffset() + 1;
                return true;
            }
            if (passed) {
                high = from;
                return false;
            }
            // Lone halves, a whole page of them: they say nothing about what comes after.
            page = lister.list(partition, page.nextFrom());
        }
    }

    /** How many of these are included. To tell may cost a request each, and mostly it is all or none. */
    private int included(List<ListedSegment> pairs) throws IOException {
        if (pairs.isEmpty() || !point.includes(pairs.get(0))) {
            return 0;
        }
        int yes = 0;
        int no = pairs.size();
        int next = no - 1;
        while (no - yes > 1) {
            if (point.includes(pairs.get(next))) {
                yes = next;
            } else {
                no = next;
            }
            next = (yes + no) >>> 1;
        }
        return yes + 1;
    }
}
