package io.kafscale.segment;

import org.jspecify.annotations.Nullable;

/** STUB: a record copied out of its segment. */
@SuppressWarnings("JavaLangClash") // the field says record; an import by name beats java.lang.Record
public final class Record implements RecordView {
    Record() {}

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
