package io.kafscale.discovery;

/**
 * What a partition's log holds: offsets from {@code first} up to, not including, {@code end}.
 *
 * @param first the base offset of the first segment, or 0 when there is none
 * @param end the offset after the last one, or 0 when there is no segment
 */
public record LogRange(long first, long end) {

    /** No segment at all. */
    public static final LogRange EMPTY = new LogRange(0, 0);

    /** Whether there is no segment. Segments are never empty. */
    public boolean isEmpty() {
        return first == end;
    }
}
