package io.kafscale.processor;

import io.kafscale.segment.ForwardingRecordView;
import io.kafscale.segment.Record;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records with offsets that follow one another, handed to a sink by no owner. */
final class ReplayedBatch implements RecordBatch {

    /** The right of who owns nothing, and need not: nobody will take it away. */
    static final BatchContext NOBODY = new BatchContext() {
        @Override
        public long epoch() {
            return 0;
        }

        @Override
        public Duration remainingLease() {
            return Duration.ZERO;
        }

        @Override
        public boolean isRevoked() {
            return false;
        }
    };

    private final TopicPartition partition;
    private final List<Record> records;

    ReplayedBatch(TopicPartition partition, List<Record> records) {
        this.partition = partition;
        this.records = List.copyOf(records);
    }

    @Override
    public TopicPartition topicPartition() {
        return partition;
    }

    @Override
    public long firstOffset() {
        return records.get(0).offset();
    }

    @Override
    public long nextOffset() {
        return records.get(records.size() - 1).offset() + 1;
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public void confirm(long nextOffset) {
        if (nextOffset <= firstOffset() || nextOffset > nextOffset()) {
            throw new IllegalArgumentException(
                    "offset " + nextOffset + " cannot be confirmed in a batch of offsets " + firstOffset() + " to "
                            + (nextOffset() - 1) + ": it must be above the first and at most " + nextOffset());
        }
    }

    @Override
    public BatchContext context() {
        return NOBODY;
    }

    @Override
    public Iterator<Record> iterator() {
        return records.iterator();
    }

    @Override
    public BatchCursor cursor() {
        return new Cursor(records.iterator());
    }

    @Override
    public String toString() {
        return partition + " offsets " + firstOffset() + " to " + (nextOffset() - 1) + ", replayed";
    }

    private static final class Cursor extends ForwardingRecordView implements BatchCursor {
        private final Iterator<Record> records;
        private @Nullable Record current;

        Cursor(Iterator<Record> records) {
            this.records = records;
        }

        @Override
        public boolean next() {
            if (!records.hasNext()) {
                return false;
            }
            current = records.next();
            return true;
        }

        @Override
        protected RecordView current() {
            Record record = current;
            if (record == null) {
                throw new IllegalStateException("a batch's cursor is on no record before next()");
            }
            return record;
        }
    }
}
