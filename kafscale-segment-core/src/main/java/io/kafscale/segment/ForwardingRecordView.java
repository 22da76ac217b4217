package io.kafscale.segment;

import org.jspecify.annotations.Nullable;

/** A view that says what another one says, such as a cursor's over records that something else reads. */
public abstract class ForwardingRecordView implements RecordView {

    /** For its subclasses. */
    protected ForwardingRecordView() {}

    /**
     * The record that it shows.
     *
     * @throws IllegalStateException when there is none
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
