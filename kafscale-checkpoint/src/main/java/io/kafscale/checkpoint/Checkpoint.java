package io.kafscale.checkpoint;

/**
 * How far a partition has been processed.
 *
 * @param nextOffset all below it was confirmed, or is accounted for as a loss; the first offset still to be read
 * @param listFrom where listing resumes: every segment that may still hold something to read has this base offset or a
 *     greater one; {@link #UNKNOWN} when another program, which does not know it, wrote this
 * @param epoch of the owner that wrote it, as its sinks saw it
 * @param timestampMillis Unix milliseconds of the newest record below {@code nextOffset}, or {@link #UNKNOWN}
 * @param losses what was passed over on the way here, since the group began
 */
public record Checkpoint(long nextOffset, long listFrom, long epoch, long timestampMillis, LossLedger losses) {

    /** Stands for a figure that is not known. */
    public static final long UNKNOWN = -1;

    public Checkpoint {
        if (nextOffset < 0 || listFrom < UNKNOWN || listFrom > nextOffset) {
            throw new IllegalArgumentException("next offset " + nextOffset + " with listing from " + listFrom
                    + " is no checkpoint: it takes 0 <= list from <= next offset");
        }
    }

    /** A checkpoint of which only the offset is known. */
    public static Checkpoint at(long nextOffset) {
        return new Checkpoint(nextOffset, UNKNOWN, 0, UNKNOWN, LossLedger.NONE);
    }

    /** The same position, written by the owner with this epoch. */
    public Checkpoint withEpoch(long epoch) {
        return new Checkpoint(nextOffset, listFrom, epoch, timestampMillis, losses);
    }

    /**
     * Whether {@code other} has superseded this one: it is of a later epoch, or further on in the same one. A new epoch
     * may begin anywhere, also further back.
     */
    public boolean isBefore(Checkpoint other) {
        return epoch != other.epoch ? epoch < other.epoch : nextOffset < other.nextOffset;
    }
}
