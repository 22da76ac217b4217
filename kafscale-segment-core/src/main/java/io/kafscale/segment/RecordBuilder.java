package io.kafscale.segment;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Record} that does not come from a segment: one that was kept elsewhere, or for a test of a sink. Without
 * being told otherwise it has timestamp 0, which the producer set, neither key nor value, and no headers.
 *
 * <p>Not thread safe; the record it builds is.
 */
public final class RecordBuilder {

    private static final int NULL = -1;
    private static final int BITS = 7;
    private static final int LOW_BITS = 0x7f;

    private final long offset;
    private long timestamp;
    private TimestampType timestampType = TimestampType.CREATE_TIME;
    private byte @Nullable [] key;
    private byte @Nullable [] value;
    private final ByteArrayOutputStream headers = new ByteArrayOutputStream();
    private int headerCount;

    RecordBuilder(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("offset " + offset + " is negative");
        }
        this.offset = offset;
    }

    /**
     * When the record was made.
     *
     * @param millis Unix milliseconds
     * @param type who said so
     */
    public RecordBuilder timestamp(long millis, TimestampType type) {
        this.timestamp = millis;
        this.timestampType = Objects.requireNonNull(type, "type");
        return this;
    }

    /** Its key; null for none. Copied by {@link #build()}. */
    public RecordBuilder key(byte @Nullable [] key) {
        this.key = key;
        return this;
    }

    /** Its value; null for a tombstone. Copied by {@link #build()}. */
    public RecordBuilder value(byte @Nullable [] value) {
        this.value = value;
        return this;
    }

    /** One more header, after those there are; a key may come more than once. */
    public RecordBuilder header(String key, byte @Nullable [] value) {
        return header(key.getBytes(StandardCharsets.UTF_8), value);
    }

    /**
     * One more header, after those there are; a key may come more than once.
     *
     * @param key UTF-8
     */
    public RecordBuilder header(byte[] key, byte @Nullable [] value) {
        writeVarint(headers, key.length);
        headers.writeBytes(key);
        if (value == null) {
            writeVarint(headers, NULL);
        } else {
            writeVarint(headers, value.length);
            headers.writeBytes(value);
        }
        headerCount++;
        return this;
    }

    /** The record. */
    public Record build() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (key != null) {
            bytes.writeBytes(key);
        }
        if (value != null) {
            bytes.writeBytes(value);
        }
        writeVarint(bytes, headerCount);
        bytes.writeBytes(headers.toByteArray());
        return new Record(
                "the record with offset " + offset,
                offset,
                timestamp,
                timestampType,
                bytes.toByteArray(),
                key == null ? NULL : key.length,
                value == null ? NULL : value.length);
    }

    /** As {@link VarintReader} reads it. */
    private static void writeVarint(ByteArrayOutputStream out, int number) {
        int left = (number << 1) ^ (number >> (Integer.SIZE - 1));
        while ((left & ~LOW_BITS) != 0) {
            out.write((left & LOW_BITS) | (LOW_BITS + 1));
            left >>>= BITS;
        }
        out.write(left);
    }
}
