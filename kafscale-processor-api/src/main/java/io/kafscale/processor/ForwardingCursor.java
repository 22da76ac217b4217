package io.kafscale.processor;

import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.Record;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.TimestampType;
import org.jspecify.annotations.Nullable;

/** A cursor over records that something else reads: says what the record says on which it is. */
public abstract class ForwardingCursor implements BatchCursor {

    /** For its subclasses. */
    protected ForwardingCursor() {}

    /**
     * The record on which it is.
     *
     * @throws IllegalStateException when it is on none
     */
    protected abstract RecordView current();

    @Override
    public Record copy() {
        return current().copy();
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
