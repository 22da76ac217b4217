package io.kafscale.discovery;

import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the two halves of each segment together while a partition's keys go by in ascending order. Not thread safe. */
final class SegmentCollector {

    private final String namespace;
    private final TopicPartition partition;
    private final List<ListedSegment> finished = new ArrayList<>();

    private @Nullable ObjectEntry loneIndex;
    private long loneIndexBase;

    SegmentCollector(String namespace, TopicPartition partition) {
        this.namespace = namespace;
        this.partition = partition;
    }

    void add(ObjectEntry object) {
        SegmentKey key = SegmentKey.parse(object.key());
        if (key == null
                || !key.namespace().equals(namespace)
                || !key.partition().equals(partition)) {
            return;
        }
        switch (key.half()) {
            case INDEX -> {
                finishLoneIndex();
                loneIndex = object;
                loneIndexBase = key.baseOffset();
            }
            case SEGMENT -> {
                if (loneIndex != null && loneIndexBase == key.baseOffset()) {
                    finished.add(new ListedSegment(loneIndexBase, object, loneIndex));
                    loneIndex = null;
                } else {
                    finishLoneIndex();
                    finished.add(new ListedSegment(key.baseOffset(), object, null));
                }
            }
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
