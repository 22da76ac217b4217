package io.kafscale.discovery;

import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.ReadOptions;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.UnsupportedSegmentException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The end of a large segment, from one of its batches on, which is not fetched yet. Immutable and thread safe. */
public final class SegmentEnd {

    /** The segment's header, which is fetched as well. */
    private static final int HEADER_LENGTH = 32;

    private final ObjectStore store;
    private final ObjectEntry segment;
    private final ReadOptions options;
    private final int position;
    private final long offset;

    SegmentEnd(ObjectStore store, ObjectEntry segment, ReadOptions options, int position, long offset) {
        this.store = store;
        this.segment = segment;
        this.options = options;
        this.position = position;
        this.offset = offset;
    }

    /** How many bytes it takes. */
    public int length() {
        return (int) (HEADER_LENGTH + segment.size() - position);
    }

    /**
     * Fetches it, in two requests, into the beginning of an array, which the reader then keeps and reads in place.
     *
     * @return null when there is any doubt about it, and only the whole segment can tell
     * @throws ObjectChangedException when the segment is gone or is not the one that was listed
     * @throws IOException when it cannot be read
     * @throws IndexOutOfBoundsException when the array is shorter than {@link #length}
     */
    public @Nullable SegmentReader fetch(byte[] target) throws IOException {
        store.readRange(segment, 0, target, 0, HEADER_LENGTH);
        store.readRange(segment, position, target, HEADER_LENGTH, length() - HEADER_LENGTH);
        try {
            return SegmentReader.openEnd(segment.key(), target, length(), position, offset, options);
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            return null; // or the index is; whoever reads all of the segment knows
        }
    }
}
