package io.kafscale.segment;

import org.jspecify.annotations.Nullable;

/** STUB. */
public final class RecordCursor implements RecordView {
    RecordCursor() {}

    /** Moves to the next record; false after the last. */
    public boolean next() {
        throw new IllegalStateException();
    }

    /** Copies the current record, so that it may be kept. */
    public Record copy() {
        throw new IllegalStateException();
    }

    @Override
    public long offset() {
        throw new IllegalStateException();
    }

    @Override
    public long timestamp() {
        throw new IllegalStateException();
    }

    @Override
    public TimestampType timestampType() {
        throw new IllegalStateException();
    }

    @Override
    public @Nullable ByteSlice key() {
        throw new IllegalStateException();
    }

    @Override
    public @Nullable ByteSlice value() {
        throw new IllegalStateException();
    }

    @Override
    public HeaderCursor headers() {
        throw new IllegalStateException();
    }
}
