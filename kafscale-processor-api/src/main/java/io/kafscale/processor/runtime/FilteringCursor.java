package io.kafscale.processor.runtime;

import io.kafscale.processor.BatchCursor;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.Record;
import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.TimestampType;
import io.kafscale.segment.UnsupportedSegmentException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A segment's cursor that passes over what the topic's filter refuses, and notes for the batch what went wrong. */
final class FilteringCursor implements BatchCursor {

    private final SegmentBatch batch;
    private final RecordCursor records;
    private final @Nullable Predicate<? super RecordView> filter;

    private boolean onFirst;

    FilteringCursor(SegmentBatch batch, RecordCursor records, @Nullable Predicate<? super RecordView> filter) {
        this.batch = batch;
        this.records = records;
        this.filter = filter;
    }

    /** Moves to the first record, on which the first call of {@link #next()} then stays. False when there is none. */
    boolean findFirst() {
        onFirst = next();
        return onFirst;
    }

    @Override
    public boolean next() {
        if (onFirst) {
            onFirst = false;
            return true;
        }
        while (nextUnfiltered()) {
            if (filter == null || isWanted(filter)) {
                return true;
            }
        }
        return false;
    }

    private boolean nextUnfiltered() {
        try {
            return records.next();
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            batch.failed(e);
            throw e;
        }
    }

    private boolean isWanted(Predicate<? super RecordView> wanted) {
        try {
            return wanted.test(records);
        } catch (RuntimeException e) {
            FilterException failure = new FilterException(batch.topicPartition(), records.offset(), e);
            batch.failed(failure);
            throw failure;
        }
    }

    void close() {
        records.close();
    }

    @Override
    public Record copy() {
        return records.copy();
    }

    @Override
    public long offset() {
        return records.offset();
    }

    @Override
    public long timestamp() {
        return records.timestamp();
    }

    @Override
    public TimestampType timestampType() {
        return records.timestampType();
    }

    @Override
    public @Nullable ByteSlice key() {
        return records.key();
    }

    @Override
    public @Nullable ByteSlice value() {
        return records.value();
    }

    @Override
    public HeaderCursor headers() {
        return records.headers();
    }
}
