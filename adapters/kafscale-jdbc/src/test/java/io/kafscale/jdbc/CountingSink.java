package io.kafscale.jdbc;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.Sink;
import io.kafscale.segment.TopicPartition;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the writes of another sink. */
record CountingSink(Sink sink, AtomicInteger writes) implements Sink {

    @Override
    public Checkpoint assigned(Assignment assignment) throws Exception {
        return sink.assigned(assignment);
    }

    @Override
    public void write(RecordBatch batch) throws Exception {
        writes.incrementAndGet();
        sink.write(batch);
    }

    @Override
    public void revoked(TopicPartition partition, Revocation cause) {
        sink.revoked(partition, cause);
    }
}
