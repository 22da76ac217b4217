package io.kafscale.processor;

/**
 * Where an application puts records. A lambda is a whole sink.
 *
 * <p><b>Returning means durable.</b> When {@link #write} returns, the batch counts as confirmed and its offset will be
 * committed; when it throws, the same records come again, from the same bytes, until it returns or the partition moves to
 * another worker or an {@link ErrorPolicy} says otherwise. A sink sees every record at least once: after a crash, those since
 * the last commit come again. What is durable already when the rest fails it can say by {@link RecordBatch#confirm}.
 *
 * <p><b>Threads.</b> One call at a time per partition, in offset order; concurrently for different partitions on the same
 * instance.
 */
@FunctionalInterface
public interface Sink extends SinkLifecycle {

    /**
     * Writes a batch and makes it durable.
     *
     * @param batch valid until this method returns; a {@link io.kafscale.segment.Record} taken from it may be kept
     * @throws Exception anything; the batch is then tried again after a pause
     */
    void write(RecordBatch batch) throws Exception;
}
