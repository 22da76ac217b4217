package io.kafscale.segment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Segments around batches that Kafka's own code made. */
final class TestSegments {

    static final String NAME = "ns/topic/0/a-segment";
    static final long CREATED = 1_767_225_600_000L;

    private static final int HEADER = 32;
    private static final int FOOTER = 16;

    private TestSegments() {}

    /** A sound segment as a broker writes it, from its first batch's base offset to its last batch's last. */
    static byte[] segment(byte[]... batches) {
        int count = 0;
        for (byte[] batch : batches) {
            count += ByteBuffer.wrap(batch).getInt(57);
        }
        ByteBuffer last = ByteBuffer.wrap(batches[batches.length - 1]);
        return segment(ByteBuffer.wrap(batches[0]).getLong(0), count, last.getLong(0) + last.getInt(23), batches);
    }

    static byte[] segment(long baseOffset, int messageCount, long lastOffset, byte[]... batches) {
        int body = 0;
        for (byte[] batch : batches) {
            body += batch.length;
        }
        ByteBuffer segment = ByteBuffer.allocate(HEADER + body + FOOTER);
        segment.putInt(0x4b414653).putShort((short) 1).putShort((short) 0);
        segment.putLong(baseOffset).putInt(messageCount).putLong(CREATED).putInt(0);
        for (byte[] batch : batches) {
            segment.put(batch);
        }
        segment.putInt(0).putLong(lastOffset).putInt(0x454e4421);
        return resealed(segment.array());
    }

    /** The index of such a segment, as a broker writes it. */
    static byte[] index(int interval, byte[]... batches) {
        ByteBuffer entries = ByteBuffer.allocate(12 * batches.length);
        int position = HEADER;
        int sinceEntry = interval;
        for (byte[] batch : batches) {
            if (sinceEntry >= interval) {
                entries.putLong(ByteBuffer.wrap(batch).getLong(0)).putInt(position);
                sinceEntry = 0;
            }
            sinceEntry += ByteBuffer.wrap(batch).getInt(57);
            position += batch.length;
        }
        ByteBuffer index = ByteBuffer.allocate(16 + entries.flip().limit());
        index.putInt(0x49445800)
                .putShort((short) 1)
                .putInt(entries.limit() / 12)
                .putInt(interval);
        index.putShort((short) 0).put(entries);
        return index.array();
    }

    /** The same bytes with the checksum in the footer made right, so that only what was changed on purpose is wrong. */
    static byte[] resealed(byte[] segment) {
        int crc = crc(segment, HEADER, segment.length - HEADER - FOOTER);
        ByteBuffer.wrap(segment).putInt(segment.length - FOOTER, crc);
        return segment;
    }

    /** A batch with its own checksum made right. */
    static byte[] resealedBatch(byte[] batch) {
        ByteBuffer.wrap(batch).putInt(17, crc(batch, 21, batch.length - 21));
        return batch;
    }

    static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** An uncompressed batch of records "k0"="v0", "k1"="v1" … */
    static byte[] batch(long baseOffset, int records) {
        return batch(baseOffset, Compression.NONE, numbered(records));
    }

    /** A batch around any bytes, with a right checksum. */
    static byte[] batch(
            long baseOffset, CompressionType compression, int lastOffsetDelta, int recordCount, byte[] records) {
        ByteBuffer batch = ByteBuffer.allocate(61 + records.length);
        batch.putLong(baseOffset).putInt(batch.capacity() - 12).putInt(-1).put((byte) 2);
        batch.putInt(0).putShort((short) compression.id).putInt(lastOffsetDelta);
        batch.putLong(CREATED).putLong(CREATED);
        batch.putLong(-1).putShort((short) -1).putInt(-1).putInt(recordCount).put(records);
        return resealedBatch(batch.array());
    }

    static SimpleRecord[] numbered(int records) {
        SimpleRecord[] numbered = new SimpleRecord[records];
        for (int i = 0; i < records; i++) {
            numbered[i] = new SimpleRecord(CREATED + i, ("k" + i).getBytes(UTF_8), ("v" + i).getBytes(UTF_8));
        }
        return numbered;
    }

    static byte[] batch(long baseOffset, Compression compression, SimpleRecord... records) {
        return bytes(MemoryRecords.withRecords(baseOffset, compression, records));
    }

    /** Room for what the common builder cannot do in one call; close it with {@link #bytes}. */
    static MemoryRecordsBuilder kafkaBuilder(
            long baseOffset, boolean logAppendTime, boolean transactional, boolean control) {
        return new MemoryRecordsBuilder(
                ByteBuffer.allocate(1 << 16),
                RecordBatch.MAGIC_VALUE_V2,
                Compression.NONE,
                logAppendTime ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME,
                baseOffset,
                CREATED,
                transactional ? 7L : RecordBatch.NO_PRODUCER_ID,
                transactional ? (short) 1 : RecordBatch.NO_PRODUCER_EPOCH,
                transactional ? 0 : RecordBatch.NO_SEQUENCE,
                transactional,
                control,
                RecordBatch.NO_PARTITION_LEADER_EPOCH,
                1 << 16);
    }

    static byte[] bytes(MemoryRecordsBuilder builder) {
        return bytes(builder.build());
    }

    static byte[] bytes(MemoryRecords records) {
        byte[] bytes = new byte[records.sizeInBytes()];
        records.buffer().duplicate().get(bytes);
        return bytes;
    }

    static SegmentReader open(byte[] segment) {
        return SegmentReader.open(NAME, segment);
    }

    /** The offsets a cursor shows, to its end. */
    static long[] offsets(RecordCursor cursor) {
        long[] offsets = new long[10_000];
        int count = 0;
        while (cursor.next()) {
            offsets[count++] = cursor.offset();
        }
        return Arrays.copyOf(offsets, count);
    }
}
