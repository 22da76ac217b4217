package io.kafscale.processor;

import java.time.Duration;
import java.util.Objects;

/**
 * How much is handed to a sink in one call. What has come together while the sink was busy is joined, as long as it stays
 * within the limits; a segment that exceeds them is split. One record may exceed them.
 *
 * @param maxRecords offsets that a batch covers at most, and so its records
 * @param maxBytes bytes of a batch as they are stored, so compressed; a segment's are taken as spread evenly over its
 *     offsets
 * @param maxWait how long a smaller batch may wait for more. 0 does not wait: what is there when the sink is idle goes
 */
public record BatchLimits(int maxRecords, long maxBytes, Duration maxWait) {

    /** Unless told otherwise: 10,000 records, 8 MiB, and no waiting. */
    public static final BatchLimits DEFAULT = new BatchLimits(10_000, 8 << 20, Duration.ZERO);

    public BatchLimits {
        Objects.requireNonNull(maxWait, "maxWait");
        if (maxRecords < 1 || maxBytes < 1 || maxWait.isNegative()) {
            throw new IllegalArgumentException(
                    "a batch of at most " + maxRecords + " records and " + maxBytes + " bytes that waits " + maxWait
                            + " cannot be; it takes at least 1 record, 1 byte and no negative wait");
        }
    }

    /** The same with another number of records. */
    public BatchLimits withMaxRecords(int records) {
        return new BatchLimits(records, maxBytes, maxWait);
    }

    /** The same with another number of bytes. */
    public BatchLimits withMaxBytes(long bytes) {
        return new BatchLimits(maxRecords, bytes, maxWait);
    }

    /** The same with another wait. */
    public BatchLimits withMaxWait(Duration wait) {
        return new BatchLimits(maxRecords, maxBytes, wait);
    }
}
