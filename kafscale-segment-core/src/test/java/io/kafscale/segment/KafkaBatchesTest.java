package io.kafscale.segment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random batches that Kafka's own code made, against what Kafka's own code reads of them. */
class KafkaBatchesTest {

    private static final int BATCHES = 60;

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void cursor_randomBatches_showsWhatKafkaReads(CompressionType type) {
        Random random = new Random(type.id);
        Compression compression = Compression.of(type).build();
        byte[][] batches = new byte[BATCHES][];
        List<String> expected = new ArrayList<>();
        long offset = 1_000_000_000_000L;
        for (int i = 0; i < BATCHES; i++) {
            SimpleRecord[] records = records(random);
            MemoryRecords batch = MemoryRecords.withRecords(offset, compression, records);
            batch.records().forEach(record -> expected.add(line(record)));
            batches[i] = TestSegments.bytes(batch);
            offset += records.length;
        }
        List<String> read = new ArrayList<>();
        RecordCursor cursor = TestSegments.open(TestSegments.segment(batches)).cursor();
        while (cursor.next()) {
            read.add(line(cursor));
        }
        assertThat(read).isEqualTo(expected);
    }

    private static SimpleRecord[] records(Random random) {
        SimpleRecord[] records = new SimpleRecord[1 + random.nextInt(200)];
        for (int i = 0; i < records.length; i++) {
            Header[] headers = new Header[random.nextInt(4)];
            for (int h = 0; h < headers.length; h++) {
                headers[h] = new RecordHeader("h" + random.nextInt(3), bytes(random, 40));
            }
            // Far apart now and then, so that deltas take up to ten bytes.
            long timestamp = random.nextInt(20) == 0 ? random.nextLong() >>> 1 : TestSegments.CREATED + i;
            records[i] = new SimpleRecord(timestamp, bytes(random, 20), bytes(random, 900), headers);
        }
        return records;
    }

    private static byte[] bytes(Random random, int most) {
        int length = random.nextInt(most + 2) - 1;
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(4));
        }
        return bytes;
    }

    private static String line(org.apache.kafka.common.record.internal.Record record) {
        StringBuilder line = new StringBuilder();
        line.append(record.offset()).append(' ').append(record.timestamp());
        line.append(' ').append(text(record.key())).append(' ').append(text(record.value()));
        for (Header header : record.headers()) {
            line.append(' ').append(header.key()).append('=').append(text(header.value()));
        }
        return line.toString();
    }

    private static String line(RecordCursor record) {
        StringBuilder line = new StringBuilder();
        line.append(record.offset()).append(' ').append(record.timestamp());
        line.append(' ').append(record.key()).append(' ').append(record.value());
        HeaderCursor headers = record.headers();
        while (headers.next()) {
            line.append(' ').append(headers.key()).append('=').append(headers.value());
        }
        return line.toString();
    }

    private static String text(ByteBuffer buffer) {
        if (buffer == null) {
            return "null";
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return text(bytes);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "null" : new String(bytes, UTF_8);
    }
}
