package io.kafscale.segment;

/**
 * How segments are read. Immutable and thread safe; {@link #defaults()} is right for production.
 *
 * <p>Options that were derived from each other share a small pool of buffers and decompression contexts, so that reading
 * many small compressed segments does not allocate them each time. Keep one instance and hand it to all readers.
 */
public final class ReadOptions {

    /** How much is checked. */
    public enum Verification {
        /**
         * Everything: header, name against base offset, footer, the checksum over the body, every batch's checksum, bounds,
         * counts and offsets. The default.
         */
        FULL,
        /** What can be checked without reading the whole object: bounds, offsets and the checksum of each batch read. */
        BATCHES,
        /** Bounds and offsets only; no checksum. For bytes that were checked before. */
        NONE
    }

    /** {@link #maxInflatedBytes()} unless said otherwise: 128 MiB. */
    public static final int DEFAULT_MAX_INFLATED_BYTES = 128 << 20;

    private static final ReadOptions DEFAULTS =
            new ReadOptions(Verification.FULL, DEFAULT_MAX_INFLATED_BYTES, new InflaterPool());

    private final Verification verification;
    private final int maxInflatedBytes;
    private final InflaterPool inflaters;

    ReadOptions(Verification verification, int maxInflatedBytes, InflaterPool inflaters) {
        this.verification = verification;
        this.maxInflatedBytes = maxInflatedBytes;
        this.inflaters = inflaters;
    }

    /** {@link Verification#FULL}, and batches of up to {@value #DEFAULT_MAX_INFLATED_BYTES} bytes. */
    public static ReadOptions defaults() {
        return DEFAULTS;
    }

    /** The same, but for how much is checked. */
    public ReadOptions withVerification(Verification verification) {
        return new ReadOptions(verification, maxInflatedBytes, inflaters);
    }

    /**
     * The same, but for the most bytes that one compressed batch may inflate to. A batch that would need more is an error,
     * so that hostile bytes cannot exhaust the heap.
     *
     * @throws IllegalArgumentException when {@code maxInflatedBytes} is not between 1 and 1 GiB
     */
    public ReadOptions withMaxInflatedBytes(int maxInflatedBytes) {
        if (maxInflatedBytes < 1 || maxInflatedBytes > 1 << 30) {
            throw new IllegalArgumentException(
                    "maxInflatedBytes must be between 1 and " + (1 << 30) + ", not " + maxInflatedBytes);
        }
        return new ReadOptions(verification, maxInflatedBytes, inflaters);
    }

    /** The same, with buffers of its own, which it shares with options derived from it and with no others. */
    public ReadOptions withOwnBuffers() {
        return new ReadOptions(verification, maxInflatedBytes, new InflaterPool());
    }

    /**
     * The bytes of the buffers into which cursors have inflated batches and that they have not given back yet; of all options
     * that share their buffers with these.
     */
    public long inflatedBytes() {
        return inflaters.borrowedBytes();
    }

    /** How much is checked. */
    public Verification verification() {
        return verification;
    }

    /** The most bytes that one compressed batch may inflate to. */
    public int maxInflatedBytes() {
        return maxInflatedBytes;
    }

    InflaterPool inflaters() {
        return inflaters;
    }

    /** The settings, for logs. */
    @Override
    public String toString() {
        return "ReadOptions[verification=" + verification + ", maxInflatedBytes=" + maxInflatedBytes + "]";
    }
}
