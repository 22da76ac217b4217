package io.kafscale.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a partition has been processed.
 *
 * @param nextOffset all below it was confirmed, or is accounted for as a loss; the first offset still to be read
 * @param listFrom where listing resumes: every segment that may still hold something to read has this base offset or a
 *     greater one; {@link #UNKNOWN} when another program, which does not know it, wrote this
 * @param epoch of the owner that wrote it, as its sinks saw it
 * @param timestampMillis Unix milliseconds of the newest record below {@code nextOffset}, or {@link #UNKNOWN}
 * @param losses what was passed over on the way here, since the group began
 * @param attempts how many owners have begun at {@code nextOffset} one after the other without getting further, the one
 *     that wrote this included; 0 when nothing stands in the way
 * @param plannedEnd the offset after the last one of the batch that begins at {@code nextOffset} and may have been written
 *     already: whoever goes on from here hands over exactly that batch again; {@link #UNKNOWN} when none is planned
 */
public record Checkpoint(
        long nextOffset,
        long listFrom,
        long epoch,
        long timestampMillis,
        LossLedger losses,
        long attempts,
        long plannedEnd) {

    /** Stands for a figure that is not known. */
    public static final long UNKNOWN = -1;

    public Checkpoint {
        if (nextOffset < 0 || listFrom < UNKNOWN || listFrom > nextOffset) {
            throw new IllegalArgumentException("next offset " + nextOffset + " with listing from " + listFrom
                    + " is no checkpoint: it takes 0 <= list from <= next offset");
        }
        if (attempts < 0 || (plannedEnd != UNKNOWN && plannedEnd <= nextOffset)) {
            throw new IllegalArgumentException("next offset " + nextOffset + " with " + attempts
                    + " attempts and a batch" + " planned up to " + plannedEnd + " is no checkpoint");
        }
    }

    /** A checkpoint at which nothing stands in the way, and no batch is planned. */
    public Checkpoint(long nextOffset, long listFrom, long epoch, long timestampMillis, LossLedger losses) {
        this(nextOffset, listFrom, epoch, timestampMillis, losses, 0, UNKNOWN);
    }

    /** Where a partition begins that was never processed, unless it is told otherwise. */
    public static final Checkpoint NONE = at(0);

    /** A checkpoint of which only the offset is known. */
    public static Checkpoint at(long nextOffset) {
        return new Checkpoint(nextOffset, UNKNOWN, 0, UNKNOWN, LossLedger.NONE);
    }

    /**
     * All its figures, for stores to write: {@code next_offset}, {@code list_from}, {@code epoch},
     * {@code last_timestamp_ms}, {@code attempts}, {@code planned_end}, and those of the loss ledger. {@link #ofFigures}
     * reads them back.
     */
    public Map<String, Long> figures() {
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put("next_offset", nextOffset);
        figures.put("list_from", listFrom);
        figures.put("epoch", epoch);
        figures.put("last_timestamp_ms", timestampMillis);
        figures.put("gaps", losses.gaps());
        figures.put("gap_offsets", losses.gapOffsets());
        figures.put("overlap_offsets", losses.overlapOffsets());
        figures.put("stray_records", losses.strayRecords());
        figures.put("skipped_offsets", losses.skippedOffsets());
        figures.put("dead_letters", losses.deadLetters());
        figures.put("attempts", attempts);
        figures.put("planned_end", plannedEnd);
        return Collections.unmodifiableMap(figures);
    }

    /**
     * The checkpoint with these figures. What is missing is taken as unknown, or 0; what is there besides is passed over,
     * so that an older version reads what a newer one wrote.
     *
     * @throws IllegalArgumentException when {@code next_offset} is missing, or the figures do not fit together
     */
    public static Checkpoint ofFigures(Map<String, Long> figures) {
        Long nextOffset = figures.get("next_offset");
        if (nextOffset == null) {
            throw new IllegalArgumentException("there is no next_offset among " + figures.keySet());
        }
        return new Checkpoint(
                nextOffset,
                figures.getOrDefault("list_from", UNKNOWN),
                figures.getOrDefault("epoch", 0L),
                figures.getOrDefault("last_timestamp_ms", UNKNOWN),
                new LossLedger(
                        figures.getOrDefault("gaps", 0L),
                        figures.getOrDefault("gap_offsets", 0L),
                        figures.getOrDefault("overlap_offsets", 0L),
                        figures.getOrDefault("stray_records", 0L),
                        figures.getOrDefault("skipped_offsets", 0L),
                        figures.getOrDefault("dead_letters", 0L)),
                figures.getOrDefault("attempts", 0L),
                figures.getOrDefault("planned_end", UNKNOWN));
    }

    /** The same position, written by the owner with this epoch. */
    public Checkpoint withEpoch(long epoch) {
        return new Checkpoint(nextOffset, listFrom, epoch, timestampMillis, losses, attempts, plannedEnd);
    }

    /** The same position, at which so many owners have begun. */
    public Checkpoint withAttempts(long attempts) {
        return new Checkpoint(nextOffset, listFrom, epoch, timestampMillis, losses, attempts, plannedEnd);
    }

    /** The same position, with a batch planned from there up to {@code plannedEnd}. */
    public Checkpoint withPlannedEnd(long plannedEnd) {
        return new Checkpoint(nextOffset, listFrom, epoch, timestampMillis, losses, attempts, plannedEnd);
    }

    /**
     * Whether {@code other} has superseded this one: it is of a later epoch, or further on in the same one, or plans there
     * what this one does not. A new epoch may begin anywhere, also further back.
     */
    public boolean isBefore(Checkpoint other) {
        if (epoch != other.epoch) {
            return epoch < other.epoch;
        }
        return nextOffset != other.nextOffset ? nextOffset < other.nextOffset : plannedEnd < other.plannedEnd;
    }
}
