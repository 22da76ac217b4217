package io.kafscale.cli;

import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.SegmentIndex;
import io.kafscale.segment.SegmentReader;

/** Reads everything in a segment. */
final class SegmentCheck {

    private SegmentCheck() {}

    /**
     * Walks every record and header; opening the segment has checked the rest.
     *
     * @return how many records there are
     * @throws io.kafscale.segment.CorruptSegmentException when one of them is not sound
     */
    static long walk(SegmentReader segment) {
        long records = 0;
        try (RecordCursor cursor = segment.cursor()) {
            while (cursor.next()) {
                var headers = cursor.headers();
                while (headers.next()) {
                    // Each step checks.
                }
                records++;
            }
        }
        return records;
    }

    /**
     * Checks an index, and that it is the segment's own.
     *
     * @throws io.kafscale.segment.CorruptSegmentException when it is not
     */
    static void index(SegmentReader segment, String name, byte[] bytes) {
        SegmentIndex.parse(name, bytes).checkAgainst(segment);
    }
}
