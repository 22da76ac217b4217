package io.kafscale.processor.runtime;

import io.kafscale.discovery.SegmentRef;
import io.kafscale.segment.RecordCursor;

/**
 * Part of a segment, or all that is to be delivered of it.
 *
 * @param admitted the segment
 * @param from the first offset
 * @param until the offset after the last one
 */
record Portion(AdmittedSegment admitted, long from, long until) {

    SegmentRef ref() {
        return admitted.ref();
    }

    RecordCursor cursor() {
        return admitted.segment().cursor(from, until);
    }

    /** Whether nothing more is to be delivered of the segment after this. */
    boolean isLast() {
        return until == admitted.until();
    }

    /** What of it lies at {@code offset} and above. */
    Portion after(long offset) {
        return new Portion(admitted, Math.max(from, offset), until);
    }

    /** What of it lies below {@code offset}. */
    Portion before(long offset) {
        return new Portion(admitted, from, Math.min(until, offset));
    }
}
