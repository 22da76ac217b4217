package io.kafscale.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Any bytes as the records of a batch in which all else is sound, checksums among it, so that nothing keeps the bytes from
 * the code that inflates and parses them.
 */
final class HostileBatch {

    private static final long BASE_OFFSET = 1000;
    private static final int LAST_OFFSET_DELTA = 1 << 20;

    private HostileBatch() {}

    /**
     * Reads the batch with all that {@link HostileBytes} checks; and when it is read to its end, Kafka's reader must read
     * the same, if it reads it at all.
     *
     * @param countAndRecords how many records the batch claims, in one byte, and the records, compressed or not
     */
    static void read(CompressionType compression, byte[] countAndRecords) {
        if (countAndRecords.length == 0) {
            return;
        }
        int count = countAndRecords[0] & 0xff;
        byte[] records = Arrays.copyOfRange(countAndRecords, 1, countAndRecords.length);
        byte[] batch = TestSegments.batch(BASE_OFFSET, compression, LAST_OFFSET_DELTA, count, records);
        byte[] segment = TestSegments.segment(BASE_OFFSET, count, BASE_OFFSET + LAST_OFFSET_DELTA, batch);
        SegmentReading reading = HostileBytes.read(segment);
        if (reading.complete()) {
            compareWithKafka(batch, reading.records());
        }
    }

    private static void compareWithKafka(byte[] batch, List<RecordValue> records) {
        List<RecordValue> kafkas = new ArrayList<>();
        try {
            MemoryRecords.readableRecords(ByteBuffer.wrap(batch))
                    .records()
                    .forEach(record -> kafkas.add(RecordValue.of(record)));
        } catch (KafkaException refused) {
            return; // raw snappy, linked lz4 blocks and more, which other clients send
        }
        assertThat(records).as("what Kafka reads, too").isEqualTo(kafkas);
    }
}
