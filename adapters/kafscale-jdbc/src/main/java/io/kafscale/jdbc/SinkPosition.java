package io.kafscale.jdbc;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.processor.Assignment;

/**
 * How far the rows of a partition go, and who may add to them.
 *
 * @param epoch whoever writes under another one is refused
 * @param nextOffset the rows of all offsets below it are there, or needed none; no row of another is
 */
record SinkPosition(long epoch, long nextOffset) {

    /**
     * What it becomes when its partition is assigned. The epoch always grows, so that nobody who wrote before can go on. The
     * offset stays, except that it is told otherwise ({@link Assignment#isMoved()}), or the checkpoint store has seen a later
     * epoch than this: then one of the two was set back, and the lower offset holds, which loses nothing. The runtime
     * decides alike.
     */
    SinkPosition takenBy(Assignment assignment) {
        Checkpoint start = assignment.start();
        long next = nextOffset;
        if (assignment.isMoved()) {
            next = start.nextOffset();
        } else if (epoch < start.epoch()) {
            next = Math.min(nextOffset, start.nextOffset());
        }
        return new SinkPosition(epoch < assignment.epoch() ? assignment.epoch() : epoch + 1, next);
    }

    Checkpoint checkpoint() {
        return Checkpoint.at(nextOffset).withEpoch(epoch);
    }
}
