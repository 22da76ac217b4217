package io.kafscale.checkpoint;

/**
 * Counts what a partition's consumer passed over without delivering it, since its group began. Stored with the
 * checkpoint, so that "did we lose anything?" has an exact answer.
 *
 * @param gaps holes in the offsets, believed after a second listing, and jumps from a position that was out of range
 * @param gapOffsets offsets in those holes, and jumped over
 * @param overlapOffsets offsets that a segment held again after they had been delivered from another
 * @param strayRecords records of acknowledged batches that never got a valid offset
 * @param skippedOffsets offsets that an error policy said to skip
 * @param deadLetters records that an error policy sent to the dead letters
 */
public record LossLedger(
        long gaps, long gapOffsets, long overlapOffsets, long strayRecords, long skippedOffsets, long deadLetters) {

    /** Nothing was lost. */
    public static final LossLedger NONE = new LossLedger(0, 0, 0, 0, 0, 0);

    /** Of what the log itself lost; no error policy had anything to say. */
    public LossLedger(long gaps, long gapOffsets, long overlapOffsets, long strayRecords) {
        this(gaps, gapOffsets, overlapOffsets, strayRecords, 0, 0);
    }

    /** This and one more hole of {@code offsets}. */
    public LossLedger plusGap(long offsets) {
        return new LossLedger(
                gaps + 1, gapOffsets + offsets, overlapOffsets, strayRecords, skippedOffsets, deadLetters);
    }

    /** This and {@code offsets} more that overlapped. */
    public LossLedger plusOverlap(long offsets) {
        return new LossLedger(gaps, gapOffsets, overlapOffsets + offsets, strayRecords, skippedOffsets, deadLetters);
    }

    /** This and {@code records} more that had no valid offset. */
    public LossLedger plusStrays(long records) {
        return new LossLedger(gaps, gapOffsets, overlapOffsets, strayRecords + records, skippedOffsets, deadLetters);
    }

    /** This and {@code offsets} more that were skipped on purpose. */
    public LossLedger plusSkipped(long offsets) {
        return new LossLedger(gaps, gapOffsets, overlapOffsets, strayRecords, skippedOffsets + offsets, deadLetters);
    }

    /** This and one more dead letter. */
    public LossLedger plusDeadLetter() {
        return new LossLedger(gaps, gapOffsets, overlapOffsets, strayRecords, skippedOffsets, deadLetters + 1);
    }
}
