package io.kafscale.discovery;

import java.time.Duration;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The stretch of a partition that was read on by name and that no listing has covered yet. Whatever lies in it beside the
 * segments that were read is still to be found: the next listing begins here, and shows which segments are late, such as
 * one that another broker wrote across the end of the one before. Not thread safe.
 */
final class Unlisted {

    /** A listing that covers this many segments fits a page. */
    private static final int MOST = 400;

    /** HTTP tells times in whole seconds; a second less is tolerated than in listings. */
    private static final Duration TOLERANCE = ListedSegment.REWRITE_TOLERANCE.minusSeconds(1);

    /** Of all that was read from {@link #from} on, the base offsets. */
    private final NavigableSet<Long> read = new TreeSet<>();

    private long from = Long.MAX_VALUE;

    /** Whether a listing is due before anything more is read by name. */
    boolean isFull() {
        return read.size() >= MOST;
    }

    /** A segment is read by name, of which a listing would have been made from {@code listFrom} on. */
    void named(long baseOffset, long listFrom) {
        from = Math.min(from, listFrom);
        read.add(baseOffset);
    }

    /** A segment, however it was found, was dealt with. */
    void completed(long baseOffset) {
        if (baseOffset >= from) {
            read.add(baseOffset);
        }
    }

    /** Where a listing has to begin that would have begun at {@code listFrom}. */
    long listFrom(long listFrom) {
        return Math.min(from, listFrom);
    }

    /** Whether a segment that a listing shows here was passed by. */
    boolean isLate(long baseOffset) {
        return baseOffset >= from && !read.contains(baseOffset);
    }

    /** A listing has shown everything from {@code start} up to {@code end}, and nothing late is left to deal with. */
    void listed(long start, long end) {
        if (start <= from) {
            read.headSet(end, false).clear();
            from = read.isEmpty() ? Long.MAX_VALUE : end;
        }
    }

    /**
     * Whether the halves of a segment found by name are surely of one upload. Stricter than for listings, and both ways:
     * when in doubt, a listing decides.
     */
    static boolean isUploadedTogether(ListedSegment segment) {
        ObjectEntry kfs = segment.segment();
        ObjectEntry index = segment.index();
        return kfs != null
                && index != null
                && Duration.between(kfs.lastModified(), index.lastModified())
                                .abs()
                                .compareTo(TOLERANCE)
                        <= 0;
    }
}
