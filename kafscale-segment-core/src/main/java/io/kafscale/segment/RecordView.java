package io.kafscale.segment;

import org.jspecify.annotations.Nullable;

/**
 * What can be read of one record, whether it is a {@link RecordCursor}'s view that moves on or a {@link Record} that
 * stays. <b>Slices taken from a view live as long as that view does; {@link ByteSlice#toBytes()} copies.</b>
 */
public interface RecordView {

    /** The record's offset in its partition. */
    long offset();

    /** Unix milliseconds; under {@link TimestampType#LOG_APPEND_TIME} the broker's, else the producer's. */
    long timestamp();

    /** Who set {@link #timestamp()}. */
    TimestampType timestampType();

    /** The key, or null when the record has none. */
    @Nullable
    ByteSlice key();

    /** The value, or null for a tombstone. */
    @Nullable
    ByteSlice value();

    /**
     * The headers, from the first on, in the producer's order. A view that moves on has one such cursor, which each call
     * starts anew.
     *
     * @throws CorruptSegmentException when they do not lie within the record
     */
    HeaderCursor headers();

    /**
     * The record as it is now, to keep. A {@link Record} is its own copy.
     *
     * @throws CorruptSegmentException when its headers are not sound
     */
    Record copy();

    /** The value of the last header with this name (as Kafka has it), or null when there is none or its value is null. */
    default @Nullable ByteSlice header(String name) {
        HeaderCursor headers = headers();
        ByteSlice found = null;
        while (headers.next()) {
            if (headers.hasKey(name)) {
                ByteSlice value = headers.value();
                found = value == null ? null : value.retained();
            }
        }
        return found;
    }
}
