package io.kafscale.segment;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Where a batch is inflated to: an array that grows up to a limit and is kept from batch to batch. Not thread safe. */
final class InflatedBytes {

    /** Bytes at the array's end that do not count as room, see {@link VarintReader}. */
    private static final int SLACK = VarintReader.SLACK;

    private static final int LEAST_CAPACITY = 1 << 12;
    private static final byte[] EMPTY = new byte[SLACK];

    private final AtomicLong bytesInUse;
    private byte[] array = EMPTY;
    private int length;
    private int limit;

    /** An empty array, which adds to {@code bytesInUse} what it grows by. */
    InflatedBytes(AtomicLong bytesInUse) {
        this.bytesInUse = bytesInUse;
    }

    /** Empties it. At most {@code limit} bytes will be taken. */
    void clear(int limit) {
        this.length = 0;
        this.limit = limit;
    }

    /** The array; it is another one after {@link #reserve}. */
    byte[] array() {
        return array;
    }

    /** How many bytes were appended so far, which is also where the next goes. */
    int length() {
        return length;
    }

    /** How many bytes can be appended without growing. The array has at least one byte more. */
    int room() {
        return Math.min(capacity(), limit) - length;
    }

    /** Says that {@code count} bytes were written into the array from {@link #length()} on. */
    void advance(int count) {
        length += count;
    }

    /**
     * Makes room for {@code count} more bytes. Reserve no more than the compressed bytes can really hold.
     *
     * @throws MalformedBlockException when that goes beyond the limit
     */
    void reserve(long count) throws MalformedBlockException {
        if (count > limit - length) {
            throw tooLarge();
        }
        int needed = length + (int) count;
        if (needed > capacity()) {
            extend(needed + (long) needed / 4);
        }
    }

    /**
     * Makes more room, about twice what there was in all.
     *
     * @throws MalformedBlockException when there was as much as the limit allows
     */
    void grow() throws MalformedBlockException {
        if (capacity() >= limit) {
            throw tooLarge();
        }
        extend(2L * capacity());
    }

    private void extend(long wanted) {
        int before = capacity();
        long capacity = Math.min(limit, Math.max(LEAST_CAPACITY, wanted));
        array = Arrays.copyOf(array, (int) capacity + SLACK);
        bytesInUse.addAndGet(capacity() - before);
    }

    private MalformedBlockException tooLarge() {
        return new MalformedBlockException(
                "it inflates to more than " + limit + " bytes; if that is right, raise ReadOptions.maxInflatedBytes");
    }

    /** How many bytes it holds before it has to grow. */
    int capacity() {
        return array.length - SLACK;
    }

    /** Lets go of an array that is too large to keep while nobody uses it. */
    void trim(int mostKept) {
        if (array.length > mostKept) {
            array = EMPTY;
        }
    }
}
