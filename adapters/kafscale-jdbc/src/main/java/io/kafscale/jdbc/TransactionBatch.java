package io.kafscale.jdbc;

import io.kafscale.processor.BatchContext;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.ForwardingRecordView;
import io.kafscale.segment.Record;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.TopicPartition;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** What is to be written of a batch in one transaction: the records from an offset on. For one thread. */
final class TransactionBatch implements RecordBatch {

    private final RecordBatch batch;
    private final long firstOffset;
    private @Nullable RuntimeException failure;

    TransactionBatch(RecordBatch batch, long firstOffset) {
        this.batch = batch;
        this.firstOffset = firstOffset;
    }

    /** Throws what a cursor threw, in case the writer swallowed it: a batch that was not read to its end was not written. */
    void checkRead() {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public TopicPartition topicPartition() {
        return batch.topicPartition();
    }

    @Override
    public long firstOffset() {
        return firstOffset;
    }

    @Override
    public long nextOffset() {
        return batch.nextOffset();
    }

    @Override
    public int attempt() {
        return batch.attempt();
    }

    @Override
    public void confirm(long nextOffset) {
        throw new UnsupportedOperationException(
                "a batch that is written in one transaction cannot be confirmed before that is committed");
    }

    @Override
    public BatchContext context() {
        return batch.context();
    }

    @Override
    public Iterator<Record> iterator() {
        BatchCursor cursor = cursor();
        return new Iterator<>() {
            private boolean hasNext = cursor.next();

            @Override
            public boolean hasNext() {
                return hasNext;
            }

            @Override
            public Record next() {
                if (!hasNext) {
                    throw new NoSuchElementException("the batch has no more records");
                }
                Record record = cursor.copy();
                hasNext = cursor.next();
                return record;
            }
        };
    }

    @Override
    public BatchCursor cursor() {
        return new Rest(batch.cursor());
    }

    private final class Rest extends ForwardingRecordView implements BatchCursor {
        private final BatchCursor cursor;

        Rest(BatchCursor cursor) {
            this.cursor = cursor;
        }

        @Override
        public boolean next() {
            try {
                boolean found = cursor.next();
                while (found && cursor.offset() < firstOffset) {
                    found = cursor.next();
                }
                return found;
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        protected RecordView current() {
            return cursor;
        }
    }
}
