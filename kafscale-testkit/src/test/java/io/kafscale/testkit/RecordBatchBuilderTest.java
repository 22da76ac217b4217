package io.kafscale.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.SegmentReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against Kafka's own code. */
class RecordBatchBuilderTest {

    @Test
    void build_uncompressed_isByteForByteWhatKafkaMakes() {
        Header[] headers = {new RecordHeader("h", "1".getBytes(UTF_8)), new RecordHeader("n", (byte[]) null)};
        MemoryRecords kafka = MemoryRecords.withRecords(
                42L,
                Compression.NONE,
                new SimpleRecord(
                        1_767_225_600_000L, "k".getBytes(UTF_8), "v".repeat(300).getBytes(UTF_8)),
                new SimpleRecord(1_767_225_500_000L, (byte[]) null, "w".getBytes(UTF_8), headers));
        Map<String, String> ours = new LinkedHashMap<>();
        ours.put("h", "1");
        ours.put("n", null);
        byte[] batch = new RecordBatchBuilder()
                .baseOffset(42)
                .timestamp(1_767_225_600_000L)
                .record("k", "v".repeat(300))
                .timestamp(1_767_225_500_000L)
                .record(null, "w", ours)
                .build();
        assertThat(ByteBuffer.wrap(batch)).isEqualTo(kafka.buffer());
    }

    @ParameterizedTest
    @EnumSource
    void build_anyCompression_isReadByKafkaAndByTheLibrary(BatchCompression compression) {
        RecordBatchBuilder builder = new RecordBatchBuilder().compression(compression);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            builder.record("k" + i, "value " + i);
            expected.add("k" + i + "=value " + i);
        }
        byte[] batch = builder.build();
        List<String> byKafka = new ArrayList<>();
        for (Record record :
                MemoryRecords.readableRecords(ByteBuffer.wrap(batch)).records()) {
            byKafka.add(UTF_8.decode(record.key()) + "=" + UTF_8.decode(record.value()));
        }
        assertThat(byKafka).isEqualTo(expected);
        List<String> byLibrary = new ArrayList<>();
        WrittenSegment written = new SegmentWriter(9, 0).append(batch).finish();
        RecordCursor cursor =
                SegmentReader.open(written.segmentName(), written.segment()).cursor();
        while (cursor.next()) {
            byLibrary.add(cursor.key() + "=" + cursor.value());
        }
        assertThat(byLibrary).isEqualTo(expected);
    }

    @Test
    void build_flagsAndHoles_areWhatKafkaSees() {
        byte[] batch = new RecordBatchBuilder()
                .producer(7, 1, 10)
                .transactional()
                .logAppendTime(99)
                .skipOffsets(2)
                .record("k", "v")
                .skipOffsets(3)
                .build();
        MutableRecordBatch read = MemoryRecords.readableRecords(ByteBuffer.wrap(batch))
                .batches()
                .iterator()
                .next();
        read.ensureValid();
        assertThat(read.isTransactional()).isTrue();
        assertThat(read.isControlBatch()).isFalse();
        assertThat(read.producerId()).isEqualTo(7);
        assertThat(read.baseSequence()).isEqualTo(10);
        assertThat(read.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(read.maxTimestamp()).isEqualTo(99);
        assertThat(read.lastOffset()).isEqualTo(5);
        assertThat(read.iterator().next().offset()).isEqualTo(2);
        byte[] control = new RecordBatchBuilder().control().record("k", "v").build();
        assertThat(MemoryRecords.readableRecords(ByteBuffer.wrap(control))
                        .batches()
                        .iterator()
                        .next()
                        .isControlBatch())
                .isTrue();
    }
}
