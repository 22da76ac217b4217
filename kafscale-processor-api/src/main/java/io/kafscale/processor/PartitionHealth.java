package io.kafscale.processor;

import io.kafscale.checkpoint.LossLedger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where one owned partition stands.
 *
 * @param epoch of this ownership
 * @param phase what is done with it
 * @param committedOffset the next offset to read, as the checkpoint store has it
 * @param confirmedOffset the next offset to read, as the sink confirmed it
 * @param fetchedOffset the offset after the last one that is here, to be handed over
 * @param endOffset the offset after the last one known to be in the log
 * @param timestampMillis Unix milliseconds of the newest record that was confirmed, or -1 when none is known
 * @param timeLag how far behind the confirmed records are: the age of the newest of them while more is in the log, zero when
 *     nothing is; by this machine's clock and the records' timestamps
 * @param sinceProgress how long ago anything was confirmed, or nothing was left to do
 * @param blockedOn what keeps failing, or null when nothing does
 * @param losses what was passed over since the group began
 */
public record PartitionHealth(
        long epoch,
        Phase phase,
        long committedOffset,
        long confirmedOffset,
        long fetchedOffset,
        long endOffset,
        long timestampMillis,
        Duration timeLag,
        Duration sinceProgress,
        @Nullable String blockedOn,
        LossLedger losses) {

    /** What is done with a partition. */
    public enum Phase {
        /** It was taken, and it is being found out where to go on. */
        STARTING,
        /** It is read. */
        RUNNING,
        /** {@link Processor#pause} holds it. */
        PAUSED,
        /** An error policy, or the state of its log, has stopped it; {@link PartitionHealth#blockedOn()} says why. */
        STOPPED,
        /** It is being given back. */
        DRAINING,
        /** It is no longer ours, and its last write has not returned yet. */
        LOST
    }

    /** Offsets known to be in the log and not committed yet. */
    public long lag() {
        return Math.max(0, endOffset - committedOffset);
    }
}
