package io.kafscale.processor.runtime;

import io.kafscale.processor.BatchCursor;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.Record;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.TimestampType;
import org.jspecify.annotations.Nullable;

/** A cursor that says what the record says at which it has stopped. */
public abstract class StoppingCursor implements BatchCursor {

    private @Nullable RecordView current;

    /** It is on this record now. */
    protected final void stopAt(RecordView record) {
        current = record;
    }

    private RecordView current() {
        RecordView record = current;
        if (record == null) {
            throw new IllegalStateException("the cursor is on no record; next() comes first");
        }
        return record;
    }

    @Override
    public Record copy() {
        return Transform.copy(current());
    }

    @Override
    public long offset() {
        return current().offset();
    }

    @Override
    public long timestamp() {
        return current().timestamp();
    }

    @Override
    public TimestampType timestampType() {
        return current().timestampType();
    }

    @Override
    public @Nullable ByteSlice key() {
        return current().key();
    }

    @Override
    public @Nullable ByteSlice value() {
        return current().value();
    }

    @Override
    public HeaderCursor headers() {
        return current().headers();
    }
}
