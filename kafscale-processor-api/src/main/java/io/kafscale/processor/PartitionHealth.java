package io.kafscale.processor;

import io.kafscale.checkpoint.LossLedger;
import org.jspecify.annotations.Nullable;

/**
 * Where one owned partition stands.
 *
 * @param epoch of this ownership
 * @param committedOffset the next offset to read, as the checkpoint store has it
 * @param confirmedOffset the next offset to read, as the sink confirmed it
 * @param endOffset the offset after the last one known to be in the log
 * @param blockedOn what keeps failing, or null when nothing does
 * @param losses what was passed over since the group began
 */
public record PartitionHealth(
        long epoch,
        long committedOffset,
        long confirmedOffset,
        long endOffset,
        @Nullable String blockedOn,
        LossLedger losses) {

    /** Offsets known to be in the log and not committed yet. */
    public long lag() {
        return Math.max(0, endOffset - committedOffset);
    }
}
