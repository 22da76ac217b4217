package io.kafscale.segment;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A part of the object at a time, fetched in pieces of a moderate size, in a buffer that is used again. */
final class FetchedBytes implements SegmentBytes {

    /** What one request asks for when less would do: few requests, and little that is not needed. */
    static final int PIECE = 256 << 10;

    private final RangeSource source;
    private final int end;

    private byte[] array = ByteSlice.EMPTY;
    private int start;
    private int length;

    /** Fetches nothing yet, and never anything from {@code end} on. */
    FetchedBytes(RangeSource source, int end) {
        this.source = source;
        this.end = end;
    }

    @Override
    public byte[] array() {
        return array;
    }

    @Override
    public int load(int position, int wanted) {
        if (position < start || position + wanted > start + length) {
            fetch(position, wanted);
        }
        return position - start;
    }

    /** Fetches what is missing, and more when little is; what is here already is moved to the front. */
    private void fetch(int position, int wanted) {
        int kept = position >= start ? Math.max(0, start + length - position) : 0;
        int from = position + kept;
        int fetched = Math.max(wanted - kept, Math.min(PIECE, end - from));
        byte[] target = array;
        if (target.length < kept + fetched + VarintReader.SLACK) {
            target = new byte[kept + fetched + VarintReader.SLACK];
        }
        if (kept > 0) {
            System.arraycopy(array, position - start, target, 0, kept);
        }
        array = target;
        length = 0;
        try {
            source.readRange(from, array, kept, fetched);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        start = position;
        length = kept + fetched;
    }
}
