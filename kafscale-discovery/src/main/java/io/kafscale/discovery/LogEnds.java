package io.kafscale.discovery;

import io.kafscale.segment.ReadOptions;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.List;

/** Looks at a log's first and last segments, of which it reads no more than header and footer. Thread safe. */
final class LogEnds {

    /** Overlaps are short: a segment that ends later than the last one is not far before it. */
    private static final int OVERLAPPING = 8;

    private static final ReadOptions FRAME_ONLY =
            ReadOptions.defaults().withVerification(ReadOptions.Verification.NONE);

    private final ObjectStore store;
    private final SegmentLister lister;
    private final TopicPartition partition;

    LogEnds(ObjectStore store, SegmentLister lister, TopicPartition partition) {
        this.store = store;
        this.lister = lister;
        this.partition = partition;
    }

    LogRange range(long position, long near) throws IOException {
        SegmentListing page = lister.list(partition, 0);
        while (page.truncated() && page.pairs().isEmpty()) {
            page = lister.list(partition, page.nextFrom());
        }
        if (page.pairs().isEmpty()) {
            return LogRange.EMPTY;
        }
        List<ListedSegment> last = page.truncated() ? upToTheLast(near) : page.pairs();
        // All of it may have been deleted since its first page was listed.
        return last.isEmpty()
                ? LogRange.EMPTY
                : new LogRange(page.pairs().get(0).baseOffset(), end(last, position));
    }

    List<ListedSegment> upToTheLast(long near) throws IOException {
        return new SegmentSearch(lister, partition, Long.MAX_VALUE, segment -> true).find(near);
    }

    /** Where the last of these ends, or one shortly before it, when that one alone reaches {@code position}. */
    private long end(List<ListedSegment> segments, long position) throws IOException {
        long end = 0;
        for (int i = segments.size() - 1; i >= 0 && i >= segments.size() - OVERLAPPING && end < position; i--) {
            end = Math.max(end, end(segments.get(i)));
        }
        return end;
    }

    long end(ListedSegment segment) throws IOException {
        return open(segment).nextOffset();
    }

    boolean isCreatedBefore(ListedSegment segment, long timestampMillis) throws IOException {
        return open(segment).created().toEpochMilli() < timestampMillis;
    }

    private SegmentReader open(ListedSegment listed) throws IOException {
        ObjectEntry object = listed.segment();
        if (object == null) {
            throw new IllegalArgumentException("segment " + listed.baseOffset() + " has an index alone");
        }
        return SegmentReader.open(store.describe() + "/" + object.key(), store.ranges(object), null, FRAME_ONLY);
    }
}
