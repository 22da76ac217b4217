package io.kafscale.processor.runtime;

import io.kafscale.discovery.LogRange;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.processor.StartPosition;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;

/** Finds the offset that a position stands for. */
public final class Positions {

    private Positions() {}

    /**
     * The offset that a position stands for now.
     *
     * @throws IllegalArgumentException when the position is an offset outside of the log
     * @throws IOException when the store cannot be reached, or refuses
     */
    public static long resolve(SegmentLister lister, TopicPartition partition, StartPosition position)
            throws IOException {
        if (position instanceof StartPosition.Latest) {
            return lister.end(partition);
        } else if (position instanceof StartPosition.Time time) {
            return lister.atTimestamp(partition, time.time().toEpochMilli());
        }
        long wanted = position instanceof StartPosition.Offset offset ? offset.offset() : 0;
        LogRange log = lister.range(partition, wanted, 0);
        if (position instanceof StartPosition.Earliest) {
            return log.first();
        }
        if (wanted < log.first() || wanted > log.end()) {
            throw new IllegalArgumentException("offset " + wanted + " is not in the log of " + partition
                    + (log.isEmpty() ? ", which is empty" : ", which goes from " + log.first() + " to " + log.end()));
        }
        return wanted;
    }
}
