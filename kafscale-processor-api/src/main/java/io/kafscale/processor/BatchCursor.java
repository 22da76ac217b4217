package io.kafscale.processor;

import io.kafscale.segment.RecordView;

/**
 * Moves over the records of a batch without copying them. <b>What it shows is valid until the next call of
 * {@link #next()}, and never longer than the batch; {@link #copy()} keeps a record.</b> For one thread at a time.
 */
public interface BatchCursor extends RecordView {

    /**
     * Moves to the next record.
     *
     * @return false when there is none
     * @throws io.kafscale.segment.CorruptSegmentException when the bytes are damaged. The batch is then not confirmed,
     *     whatever the sink does, but fetched again
     */
    boolean next();
}
