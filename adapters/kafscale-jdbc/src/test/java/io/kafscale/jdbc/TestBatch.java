package io.kafscale.jdbc;

import io.kafscale.processor.BatchContext;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.ForwardingRecordView;
import io.kafscale.segment.Record;
import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A batch handed over without a processor: a record for each offset, with given values; one that is {@code damaged} cannot be read. */
record TestBatch(TopicPartition topicPartition, BatchContext context, long firstOffset, List<String> values)
        implements RecordBatch {

    /** A right that ends when it is told to. */
    record Right(long epoch, Duration remainingLease) implements BatchContext {
        @Override
        public boolean isRevoked() {
            return remainingLease.isZero();
        }
    }

    static Right right(long epoch) {
        return new Right(epoch, Duration.ofSeconds(10));
    }

    /** Offsets from {@code first} to below {@code next}; each value says its offset. */
    static TestBatch of(TopicPartition partition, long epoch, long first, long next) {
        List<String> values = new ArrayList<>();
        for (long offset = first; offset < next; offset++) {
            values.add("value " + offset);
        }
        return new TestBatch(partition, right(epoch), first, values);
    }

    @Override
    public long nextOffset() {
        return firstOffset + values.size();
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public void confirm(long nextOffset) {
        throw new AssertionError("nothing is confirmed before the transaction is");
    }

    @Override
    public Iterator<Record> iterator() {
        throw new AssertionError("the sink reads by cursor");
    }

    @Override
    public BatchCursor cursor() {
        RecordBatchBuilder batch = new RecordBatchBuilder();
        values.forEach(value -> batch.record(null, value));
        byte[] segment = new SegmentWriter(firstOffset, 1_767_225_600_000L)
                .append(batch.build())
                .finish()
                .segment();
        return new Cursor(SegmentReader.open("a test's segment", segment).cursor());
    }

    private static final class Cursor extends ForwardingRecordView implements BatchCursor {
        private final RecordCursor cursor;

        Cursor(RecordCursor cursor) {
            this.cursor = cursor;
        }

        @Override
        public boolean next() {
            boolean found = cursor.next();
            if (found && cursor.value().toUtf8().equals("damaged")) {
                throw new IllegalStateException("the segment is damaged at offset " + cursor.offset());
            }
            return found;
        }

        @Override
        protected RecordView current() {
            return cursor;
        }
    }
}
