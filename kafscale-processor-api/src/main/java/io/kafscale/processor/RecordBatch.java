package io.kafscale.processor;

import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.util.Iterator;

/**
 * Records of one partition, in offset order, handed to a {@link Sink} in one call. It covers the offsets from
 * {@link #firstOffset()} up to, not including, {@link #nextOffset()}; not each of them need have a record.
 *
 * <p>The easy way is the safe way: {@code for (Record record : batch)} copies each record, so it may be kept for ever.
 * {@link #cursor()} copies nothing.
 *
 * <p><b>Valid until {@link Sink#write} returns</b>, or the stage of an {@link AsyncSink} completes, on any thread; each
 * iterator and cursor on one thread at a time.
 */
public interface RecordBatch extends Iterable<Record> {

    /** Whose records these are. */
    TopicPartition topicPartition();

    /** The first offset this batch covers. */
    long firstOffset();

    /** The offset after the last one this batch covers; committed once the batch is confirmed. */
    long nextOffset();

    /** 1 for the first try of these records by this owner, 2 for the second, and so on. */
    int attempt();

    /**
     * Confirms the records below an offset while the others are still being written: these are durable. The partition's
     * offset moves, and should the write fail only the others come again. From any thread; less than was confirmed before
     * changes nothing.
     *
     * @param nextOffset above {@link #firstOffset()}, and at most {@link #nextOffset()}
     * @throws IllegalArgumentException when it is not
     */
    void confirm(long nextOffset);

    /** The right under which this batch was dispatched. */
    BatchContext context();

    /** Iterates over copies, each a single array that may be kept. Repeatable. */
    @Override
    Iterator<Record> iterator();

    /** A cursor before the first record, copying nothing. Repeatable: each call starts anew. */
    BatchCursor cursor();
}
