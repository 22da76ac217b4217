package io.kafscale.segment;

import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What all batch headers of a segment say together.
 *
 * @param batches batches that belong to the segment
 * @param records their records
 * @param lastOffset the last offset of the last of them; before the first, the segment's base offset - 1
 * @param maxTimestamp the newest timestamp among them; -1 when there is none
 * @param strayBatches batches that do not belong to the segment
 * @param strayRecords their records
 * @param holesBetweenBatches whether offsets between batches may be missing, see {@link BatchWalk}
 */
record SegmentSummary(
        int batches,
        long records,
        long lastOffset,
        long maxTimestamp,
        int strayBatches,
        long strayRecords,
        boolean holesBetweenBatches) {

    private static final long NO_TIMESTAMP = -1;

    /** {@code walks} begins a walk over all batches, which is told whether holes between them are accepted. */
    static SegmentSummary of(SegmentFrame frame, Function<BooleanSupplier, BatchWalk> walks) {
        SegmentSummary contiguous = of(frame, walks, false);
        boolean countsAddUp = contiguous.records + contiguous.strayRecords == frame.messageCount();
        if (contiguous.strayBatches == 0 || !countsAddUp) {
            return contiguous;
        }
        // Batches that do not fit even so have damaged offsets; with holes accepted they would be shown under those.
        SegmentSummary withHoles = of(frame, walks, true);
        return withHoles.strayBatches == 0 ? withHoles : contiguous;
    }

    private static SegmentSummary of(
            SegmentFrame frame, Function<BooleanSupplier, BatchWalk> walks, boolean holesBetweenBatches) {
        int batches = 0;
        long records = 0;
        long lastOffset = frame.baseOffset() - 1;
        long maxTimestamp = NO_TIMESTAMP;
        int strayBatches = 0;
        long strayRecords = 0;
        BatchWalk walk = walks.apply(() -> holesBetweenBatches);
        while (walk.next()) {
            if (walk.stray()) {
                strayBatches++;
                strayRecords += Math.max(0, walk.recordCount());
            } else {
                batches++;
                records += walk.recordCount();
                lastOffset = walk.lastOffset();
                maxTimestamp = Math.max(maxTimestamp, walk.maxTimestamp());
            }
        }
        return new SegmentSummary(
                batches, records, lastOffset, maxTimestamp, strayBatches, strayRecords, holesBetweenBatches);
    }
}
