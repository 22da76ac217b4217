package io.kafscale.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every golden topic, against what Kafka's own consumer read of it. */
class GoldenSegmentsTest {

    static List<String> partitions() throws Exception {
        return ExpectedRecords.partitions();
    }

    @ParameterizedTest
    @MethodSource("partitions")
    void cursor_goldenPartition_showsWhatKafkasConsumerRead(String partition) throws Exception {
        List<JsonNode> read = new ArrayList<>();
        for (Path file : ExpectedRecords.segments(partition)) {
            RecordCursor cursor = SegmentReader.open(file.toString(), Files.readAllBytes(file))
                    .cursor();
            while (cursor.next()) {
                read.add(ExpectedRecords.line(cursor));
            }
        }
        assertSame(partition, read);
    }

    @ParameterizedTest
    @MethodSource("partitions")
    void copy_arrayOverwrittenAfterwards_isStillWhatKafkasConsumerRead(String partition) throws Exception {
        List<Record> kept = new ArrayList<>();
        for (Path file : ExpectedRecords.segments(partition)) {
            byte[] bytes = Files.readAllBytes(file);
            RecordCursor cursor = SegmentReader.open(file.toString(), bytes).cursor();
            while (cursor.next()) {
                kept.add(cursor.copy());
            }
            Arrays.fill(bytes, (byte) 0xA5);
        }
        assertSame(partition, kept.stream().map(ExpectedRecords::line).toList());
    }

    @ParameterizedTest
    @MethodSource("partitions")
    void reader_goldenSegment_describesItself(String partition) throws Exception {
        long next = 0;
        for (Path file : ExpectedRecords.segments(partition)) {
            SegmentReader segment = SegmentReader.open(file.toString(), Files.readAllBytes(file));
            assertThat(segment.baseOffset()).isEqualTo(next);
            assertThat(segment.messageCount()).isEqualTo(segment.nextOffset() - next);
            assertThat(segment.created()).isBetween("2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z");
            assertThat(segment.strayBatches()).isZero();
            assertThat(segment.batchCount()).isPositive();
            next = segment.nextOffset();
        }
    }

    private static void assertSame(String partition, List<JsonNode> read) throws Exception {
        List<JsonNode> expected = ExpectedRecords.of(partition);
        for (int i = 0; i < Math.min(expected.size(), read.size()); i++) {
            assertThat(read.get(i)).as("record %d of %s", i, partition).isEqualTo(expected.get(i));
        }
        assertThat(read).hasSameSizeAs(expected);
    }
}
