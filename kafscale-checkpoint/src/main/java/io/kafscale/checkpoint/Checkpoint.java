package io.kafscale.checkpoint;

/**
 * How far a partition has been processed.
 *
 * @param nextOffset all below it was confirmed, or is accounted for as a loss; the first offset still to be read
 * @param segmentBase base offset of the segment in which {@code nextOffset} lies, or {@code nextOffset} itself when the
 *     segment before was read to its end; {@link #UNKNOWN} when another program, which does not know it, wrote this
 * @param epoch of the owner that wrote it, as its sinks saw it
 * @param timestampMillis Unix milliseconds of the newest record below {@code nextOffset}, or {@link #UNKNOWN}
 * @param losses what was passed over on the way here, since the group began
 */
public record Checkpoint(long nextOffset, long segmentBase, long epoch, long timestampMillis, LossLedger losses) {

    /** Stands for a figure that is not known. */
    public static final long UNKNOWN = -1;

    public Checkpoint {
        if (nextOffset < 0 || segmentBase > nextOffset) {
            throw new IllegalArgumentException(
                    "no checkpoint: next offset " + nextOffset + ", segment base " + segmentBase);
        }
    }

    /** A checkpoint of which only the offset is known. */
    public static Checkpoint at(long nextOffset) {
        return new Checkpoint(nextOffset, UNKNOWN, 0, UNKNOWN, LossLedger.NONE);
    }

    /**
     * Whether {@code other} has superseded this one: it is of a later epoch, or further on in the same one. A new epoch
     * may begin anywhere, also further back.
     */
    public boolean isBefore(Checkpoint other) {
        return epoch != other.epoch ? epoch < other.epoch : nextOffset < other.nextOffset;
    }
}
