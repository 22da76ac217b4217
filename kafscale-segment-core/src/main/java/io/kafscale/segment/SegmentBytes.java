package io.kafscale.segment;

/**
 * Where batches are read from. There is one way to read: out of an array; this brings the bytes there. For one thread at
 * a time.
 */
interface SegmentBytes {

    /**
     * Makes {@code length} bytes of the object from {@code position} on available in {@link #array()}, followed there by
     * {@link VarintReader#SLACK} others at least. What was loaded before may be gone. The range lies within the object.
     *
     * @return where in the array they begin
     * @throws java.io.UncheckedIOException when they cannot be fetched
     */
    int load(int position, int length);

    /** The array of the last {@link #load}. */
    byte[] array();
}
