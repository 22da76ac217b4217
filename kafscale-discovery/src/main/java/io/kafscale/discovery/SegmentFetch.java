package io.kafscale.discovery;

import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.RangeSource;
import io.kafscale.segment.ReadOptions;
import io.kafscale.segment.SegmentIndex;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.UnsupportedSegmentException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Gets a segment out of the store: whole, in one request, or, when it is large and much of it is not wanted, what is wanted
 * of it, in one request too. Thread safe.
 */
public final class SegmentFetch {

    /** To fetch a part takes up to four requests instead of one; below this many bytes saved they cost more than the bytes. */
    private static final long LEAST_SAVED = 4 << 20;

    private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final ObjectStore store;
    private final ReadOptions options;

    /** What of a large segment is wanted: from one of its batches up to another. */
    private record Extent(int position, long offset, long end, SegmentIndex index) {
        int length() {
            return (int) (end - position);
        }
    }

    /** Fetches from {@code store}, which stays open. */
    public SegmentFetch(ObjectStore store, ReadOptions options) {
        this.store = store;
        this.options = options;
    }

    /** Everything, checked as far as the options say. */
    SegmentReader whole(SegmentRef ref) throws IOException {
        ObjectEntry object = ref.segment();
        // What is too large for a segment is refused there, before anything of it is read.
        return object.size() > LARGEST_ARRAY
                ? SegmentReader.open(name(ref), store.ranges(object), null, options)
                : SegmentReader.open(name(ref), store.read(object), options);
    }

    /** What holds the offsets from {@code from} up to {@code until}; null when that is not worth the requests. */
    @Nullable
    SegmentReader part(SegmentRef ref, long from, long until) throws IOException {
        Extent wanted = extent(ref, from, until);
        if (wanted == null) {
            return null;
        }
        Part part = new Part(store.ranges(ref.segment()), wanted.position, wanted.length());
        return SegmentReader.open(name(ref), part, wanted.index, options);
    }

    /**
     * The end of a segment, from {@code from} on, which is still to be fetched; null when that is not worth the requests.
     *
     * @throws ObjectChangedException when the index is gone or is not the one that was listed
     * @throws IOException when the index, which is read for this, cannot be read
     */
    public @Nullable SegmentEnd end(SegmentRef ref, long from) throws IOException {
        Extent wanted = extent(ref, from, Long.MAX_VALUE);
        return wanted == null ? null : new SegmentEnd(store, ref.segment(), options, wanted.position, wanted.offset);
    }

    private @Nullable Extent extent(SegmentRef ref, long from, long until) throws IOException {
        long size = ref.segment().size();
        boolean allWanted = from <= ref.baseOffset() && until == Long.MAX_VALUE;
        SegmentIndex index = allWanted || size <= LEAST_SAVED ? null : index(ref);
        if (index == null) {
            return null;
        }
        int first = index.floor(from);
        int behind = index.floor(until - 1) + 1;
        long start = index.position(first);
        long end = behind < index.size() ? index.position(behind) : size;
        if (end > size || end - start > LARGEST_ARRAY || size - (end - start) < LEAST_SAVED) {
            return null;
        }
        return new Extent((int) start, index.offset(first), end, index);
    }

    /** Where batches begin, or null when the index is of no use; the segment is whole without it. */
    private @Nullable SegmentIndex index(SegmentRef ref) throws IOException {
        byte[] bytes = store.read(ref.index());
        try {
            return SegmentIndex.parse(ref.index().key(), bytes);
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            return null;
        }
    }

    private String name(SegmentRef ref) {
        return store.describe() + "/" + ref.segment().key();
    }

    /** An object of which one part was fetched ahead. */
    private static final class Part implements RangeSource {
        private final RangeSource object;
        private final long start;
        private final byte[] bytes;

        Part(RangeSource object, long start, int length) throws IOException {
            this.object = object;
            this.start = start;
            this.bytes = new byte[length];
            object.readRange(start, bytes, 0, length);
        }

        @Override
        public long length() {
            return object.length();
        }

        @Override
        public void readRange(long position, byte[] target, int at, int length) throws IOException {
            if (position >= start && position + length <= start + bytes.length) {
                System.arraycopy(bytes, (int) (position - start), target, at, length);
            } else {
                object.readRange(position, target, at, length);
            }
        }
    }
}
