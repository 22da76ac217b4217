package io.kafscale.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Makes a record batch as a Kafka producer would send it (format 2), without Kafka. Timestamps are Unix milliseconds;
 * records get the offsets 0, 1, 2 … after the batch's base offset.
 *
 * <pre>{@code
 * byte[] batch = new RecordBatchBuilder()
 *         .compression(BatchCompression.LZ4)
 *         .timestamp(1_767_225_600_000L)
 *         .record("order-1", "{\"total\": 12}")
 *         .record("order-1", null)
 *         .build();
 * }</pre>
 *
 * <p>Not thread safe.
 */
public final class RecordBatchBuilder {

    private static final int HEADER_LENGTH = 61;
    private static final int LENGTH_FROM = 12;
    private static final int CRC_FROM = 21;
    private static final int CRC_AT = 17;
    private static final byte FORMAT = 2;

    private static final int LOG_APPEND_TIME_BIT = 0x08;
    private static final int TRANSACTIONAL_BIT = 0x10;
    private static final int CONTROL_BIT = 0x20;
    private static final int NONE = -1;

    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private BatchCompression compression = BatchCompression.NONE;
    private int flags;
    private long baseOffset;
    private long producerId = NONE;
    private short producerEpoch = NONE;
    private int baseSequence = NONE;

    private int recordCount;
    private int nextOffsetDelta;
    private long timestamp;
    private long baseTimestamp;
    private long maxTimestamp = NONE;
    private long appendTimestamp;

    /** Begins an empty batch at offset 0, uncompressed, with timestamp 0. */
    public RecordBatchBuilder() {}

    /** The base offset written into the header; a broker, and {@link SegmentWriter#append}, overwrite it. */
    public RecordBatchBuilder baseOffset(long baseOffset) {
        this.baseOffset = baseOffset;
        return this;
    }

    /** How the records are packed. */
    public RecordBatchBuilder compression(BatchCompression compression) {
        this.compression = compression;
        return this;
    }

    /** The timestamp of the records that follow. */
    public RecordBatchBuilder timestamp(long timestampMillis) {
        this.timestamp = timestampMillis;
        return this;
    }

    /** Marks the batch as stamped by the broker, which gives all its records this timestamp. */
    public RecordBatchBuilder logAppendTime(long timestampMillis) {
        this.flags |= LOG_APPEND_TIME_BIT;
        this.appendTimestamp = timestampMillis;
        return this;
    }

    /** Says which producer sent the batch, as an idempotent one does. */
    public RecordBatchBuilder producer(long id, int epoch, int baseSequence) {
        this.producerId = id;
        this.producerEpoch = (short) epoch;
        this.baseSequence = baseSequence;
        return this;
    }

    /** Marks the batch as part of a transaction. */
    public RecordBatchBuilder transactional() {
        this.flags |= TRANSACTIONAL_BIT;
        return this;
    }

    /** Marks the batch as one of control records, which carry no user data. */
    public RecordBatchBuilder control() {
        this.flags |= CONTROL_BIT;
        return this;
    }

    /** Leaves out {@code count} offsets; after the last record they still belong to the batch. */
    public RecordBatchBuilder skipOffsets(int count) {
        this.nextOffsetDelta += count;
        return this;
    }

    /** Adds a record of text, UTF-8, without headers. */
    public RecordBatchBuilder record(@Nullable String key, @Nullable String value) {
        return record(key, value, Collections.emptyMap());
    }

    /** Adds a record of text, UTF-8, with headers in the map's order. */
    public RecordBatchBuilder record(
            @Nullable String key, @Nullable String value, Map<String, ? extends @Nullable String> headers) {
        Headers encoded = new Headers();
        headers.forEach((name, content) -> encoded.add(name, bytes(content)));
        return record(bytes(key), bytes(value), encoded);
    }

    /** Adds a record of bytes. */
    public RecordBatchBuilder record(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        if (recordCount == 0) {
            baseTimestamp = timestamp;
        }
        maxTimestamp = Math.max(maxTimestamp, timestamp);
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.write(0); // attributes, unused
        writeVarint(record, timestamp - baseTimestamp);
        writeVarint(record, nextOffsetDelta);
        writeBytes(record, key);
        writeBytes(record, value);
        writeVarint(record, headers.count);
        record.writeBytes(headers.bytes.toByteArray());
        writeVarint(records, record.size());
        records.writeBytes(record.toByteArray());
        recordCount++;
        nextOffsetDelta++;
        return this;
    }

    /** The batch. */
    public byte[] build() {
        byte[] packed = compression.compress(records.toByteArray());
        ByteBuffer batch = ByteBuffer.allocate(HEADER_LENGTH + packed.length);
        boolean appendTime = (flags & LOG_APPEND_TIME_BIT) != 0;
        batch.putLong(baseOffset);
        batch.putInt(HEADER_LENGTH + packed.length - LENGTH_FROM);
        batch.putInt(NONE); // partition leader epoch
        batch.put(FORMAT);
        batch.putInt(0); // checksum, below
        batch.putShort((short) (flags | compression.id()));
        batch.putInt(Math.max(0, nextOffsetDelta - 1));
        batch.putLong(baseTimestamp);
        batch.putLong(appendTime ? appendTimestamp : maxTimestamp);
        batch.putLong(producerId);
        batch.putShort(producerEpoch);
        batch.putInt(baseSequence);
        batch.putInt(recordCount);
        batch.put(packed);
        CRC32C crc = new CRC32C();
        crc.update(batch.array(), CRC_FROM, batch.capacity() - CRC_FROM);
        batch.putInt(CRC_AT, (int) crc.getValue());
        return batch.array();
    }

    /** A record's headers, in order; names may repeat. */
    public static final class Headers {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int count;

        /** None yet. */
        public Headers() {}

        /** Adds a header. */
        public Headers add(String name, byte @Nullable [] value) {
            writeBytes(bytes, name.getBytes(UTF_8));
            writeBytes(bytes, value);
            count++;
            return this;
        }
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(UTF_8);
    }

    private static void writeBytes(ByteArrayOutputStream out, byte @Nullable [] bytes) {
        writeVarint(out, bytes == null ? NONE : bytes.length);
        if (bytes != null) {
            out.writeBytes(bytes);
        }
    }

    /** Zig-zag, then seven bits a byte, the least significant first. */
    private static void writeVarint(ByteArrayOutputStream out, long value) {
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
