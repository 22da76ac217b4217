package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.SegmentReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentWriterTest {

    private static final Path GOLDEN = Path.of(System.getProperty("kafscale.golden"), "segments", "golden");

    static List<String> goldenSegments() throws Exception {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            return files.filter(file -> file.toString().endsWith(".kfs"))
                    .map(file -> GOLDEN.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("goldenSegments")
    void finish_batchesOfAGoldenSegment_isByteForByteTheSame(String path, @TempDir Path directory) throws Exception {
        byte[] golden = Files.readAllBytes(GOLDEN.resolve(path));
        ByteBuffer header = ByteBuffer.wrap(golden);
        SegmentWriter writer = new SegmentWriter(header.getLong(8), header.getLong(20), 100);
        int end = golden.length - 16;
        for (int at = 32, next; at < end; at = next) {
            next = at + 12 + header.getInt(at + 8);
            byte[] produced = Arrays.copyOfRange(golden, at, next);
            Arrays.fill(produced, 0, Long.BYTES, (byte) 0); // as the producer sent it
            writer.append(produced);
        }
        WrittenSegment written = writer.finish();
        written.writeTo(directory);
        Path segment = GOLDEN.resolve(path);
        assertThat(directory.resolve(segment.getFileName())).hasSameBinaryContentAs(segment);
        Path index = Path.of(segment.toString().replace(".kfs", ".index"));
        assertThat(directory.resolve(index.getFileName())).hasSameBinaryContentAs(index);
    }

    @Test
    void append_severalBatchesInOneRequest_leavesAllButTheFirstAsStrays() {
        byte[] two = new RecordBatchBuilder().record("k", "a").record("k", "b").build();
        byte[] run = Arrays.copyOf(two, 2 * two.length);
        System.arraycopy(two, 0, run, two.length, two.length);
        WrittenSegment written =
                new SegmentWriter(700, 0).append(run).append(two).finish();
        SegmentReader reader = SegmentReader.open(written.segmentName(), written.segment());
        assertThat(reader.strayBatches()).isEqualTo(1);
        assertThat(reader.strayRecords()).isEqualTo(2);
        assertThat(reader.messageCount()).isEqualTo(4);
        assertThat(reader.nextOffset()).isEqualTo(704).isEqualTo(written.nextOffset());
        RecordCursor cursor = reader.cursor();
        for (long offset = 700; offset < 704; offset++) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.offset()).isEqualTo(offset);
        }
        assertThat(cursor.next()).isFalse();
    }

    @Test
    void appendAsIs_batchWithItsOwnOffset_leavesAHole() {
        byte[] later = new RecordBatchBuilder().baseOffset(720).record("k", "b").build();
        WrittenSegment written = new SegmentWriter(700, 0)
                .append(new RecordBatchBuilder().record("k", "a").build())
                .appendAsIs(later)
                .finish();
        SegmentReader reader = SegmentReader.open(written.segmentName(), written.segment());
        assertThat(reader.strayBatches()).isZero();
        assertThat(reader.lastOffset()).isEqualTo(720);
    }

    @Test
    void finish_nothingAppended_throws() {
        assertThatThrownBy(() -> new SegmentWriter(0, 0).finish()).hasMessage("a segment needs at least one batch");
    }
}
