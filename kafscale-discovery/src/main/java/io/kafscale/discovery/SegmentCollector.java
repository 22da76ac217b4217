package io.kafscale.discovery;

import io.kafscale.discovery.SegmentKey.Half;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the two halves of each segment together while a partition's keys go by in ascending order. Not thread safe. */
final class SegmentCollector {

    private final int digitsAt;
    private final List<ListedSegment> finished = new ArrayList<>();

    private @Nullable ObjectEntry loneIndex;
    private long loneIndexBase;

    /**
     * A collector of keys that all begin alike.
     *
     * @param prefix of the partition's segments
     */
    SegmentCollector(String prefix) {
        this.digitsAt = prefix.length();
    }

    void add(ObjectEntry object) {
        Half half = SegmentKey.half(object.key(), digitsAt);
        long baseOffset = half == null ? -1 : SegmentKey.baseOffset(object.key(), digitsAt);
        if (half == null || baseOffset < 0) {
            return;
        }
        if (loneIndex != null && half == Half.SEGMENT && loneIndexBase == baseOffset) {
            finished.add(new ListedSegment(baseOffset, object, loneIndex));
            loneIndex = null;
            return;
        }
        finishLoneIndex();
        if (half == Half.SEGMENT) {
            finished.add(new ListedSegment(baseOffset, object, null));
        } else {
            loneIndex = object;
            loneIndexBase = baseOffset;
        }
    }

    /** The segments of which nothing can follow: all but a last index whose other half the next page may hold. */
    List<ListedSegment> certain() {
        return finished;
    }

    /** All segments, once the last key went by. */
    List<ListedSegment> all() {
        finishLoneIndex();
        return finished;
    }

    private void finishLoneIndex() {
        if (loneIndex != null) {
            finished.add(new ListedSegment(loneIndexBase, null, loneIndex));
            loneIndex = null;
        }
    }
}
