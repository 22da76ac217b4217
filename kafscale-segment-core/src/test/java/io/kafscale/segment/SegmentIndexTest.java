package io.kafscale.segment;

import static io.kafscale.segment.TestSegments.batch;
import static io.kafscale.segment.TestSegments.index;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentIndexTest {

    private static final String NAME = "ns/topic/0/an-index";

    private final byte[][] batches = {batch(100, 60), batch(160, 60), batch(220, 60), batch(280, 60), batch(340, 9)};
    private final byte[] bytes = index(100, batches);

    static List<String> partitions() throws Exception {
        return ExpectedRecords.partitions();
    }

    @ParameterizedTest
    @MethodSource("partitions")
    void parse_goldenIndex_pointsAtBatchesOfItsSegment(String partition) throws Exception {
        for (Path file : ExpectedRecords.segments(partition)) {
            SegmentReader segment = SegmentReader.open(file.toString(), Files.readAllBytes(file));
            Path indexFile = Path.of(file.toString().replace(".kfs", ".index"));
            SegmentIndex index = SegmentIndex.parse(indexFile.toString(), Files.readAllBytes(indexFile));
            index.checkAgainst(segment);
            assertThat(index.interval()).isEqualTo(100);
            assertThat(index.offset(0)).isEqualTo(segment.baseOffset());
        }
    }

    @Test
    void floor_anyOffset_isTheLastEntryNotBehindIt() {
        SegmentIndex index = SegmentIndex.parse(NAME, bytes);
        assertThat(index.size()).isEqualTo(3);
        for (long offset = 0; offset < 500; offset++) {
            assertThat(index.offset(index.floor(offset)))
                    .as("offset %d", offset)
                    .isEqualTo(offset >= 340 ? 340 : offset >= 220 ? 220 : 100);
        }
        assertThat(index.floor(Long.MIN_VALUE)).isZero();
        assertThat(index.floor(Long.MAX_VALUE)).isEqualTo(2);
    }

    @Test
    void parse_cutOrLengthened_isCorrupt() {
        for (int length = 0; length < bytes.length + 30; length++) {
            if (length == bytes.length) {
                continue;
            }
            byte[] other = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> SegmentIndex.parse(NAME, other))
                    .as("length %d", length)
                    .isInstanceOf(CorruptSegmentException.class)
                    .hasMessageStartingWith(NAME + ": ");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1, 2, 4, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x15555555})
    void parse_entryCountThatDoesNotFit_isCorrupt(int count) {
        ByteBuffer.wrap(bytes).putInt(6, count);
        assertThatThrownBy(() -> SegmentIndex.parse(NAME, bytes))
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessage(NAME + ": the index is not as long as its entry count says, at byte 6: expected " + count
                        + " entries, found 36 bytes, of which each takes 12");
    }

    @Test
    void parse_anyBitFlipped_isRefusedOrDoesNotFitTheSegment() {
        SegmentReader segment = SegmentReader.open("segment", TestSegments.segment(batches));
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            int at = bit / 8;
            byte[] damaged = bytes.clone();
            damaged[at] ^= (byte) (1 << bit % 8);
            Throwable thrown =
                    catchThrowable(() -> SegmentIndex.parse(NAME, damaged).checkAgainst(segment));
            if (at >= 10 && at < 16) {
                assertThat(thrown).as("interval and reserved, byte %d", at).isNull();
            } else {
                assertThat(thrown)
                        .as("bit %d of byte %d", bit % 8, at)
                        .isInstanceOfAny(CorruptSegmentException.class, UnsupportedSegmentException.class);
            }
        }
    }

    @Test
    void parse_laterVersion_isUnsupported() {
        bytes[5] = 2;
        assertThatThrownBy(() -> SegmentIndex.parse(NAME, bytes))
                .isInstanceOf(UnsupportedSegmentException.class)
                .hasMessage(NAME + ": index version 2; only version 1 is read, at byte 4");
    }
}
