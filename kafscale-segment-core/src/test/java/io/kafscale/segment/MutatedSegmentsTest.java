package io.kafscale.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.segment.ReadOptions.Verification;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden segments with bytes flipped, cut out and swapped. Nothing but the documented exceptions comes out, within bounded
 * memory and time, and no record that the segment did not hold: what is read is the sound segment's, from its beginning,
 * and all of it unless an exception says otherwise.
 */
class MutatedSegmentsTest {

    private static final int MUTANTS = 200;
    private static final int LARGEST = 100_000;
    private static final ReadOptions FULL = HostileBytes.options(Verification.FULL);

    static List<Path> segments() throws Exception {
        List<Path> segments = new ArrayList<>();
        for (String partition : ExpectedRecords.partitions()) {
            for (Path segment : ExpectedRecords.segments(partition)) {
                if (Files.size(segment) <= LARGEST) {
                    segments.add(segment);
                }
            }
        }
        return segments;
    }

    @ParameterizedTest
    @MethodSource("segments")
    void read_mutatedSegment_isTheOriginalOrRefused(Path file) throws Exception {
        byte[] original = Files.readAllBytes(file);
        SegmentReading sound = whole(original);
        assertThat(sound.complete()).as(sound.failure()).isTrue();
        Random random = new Random(original.length);
        for (int i = 0; i < MUTANTS; i++) {
            Mutant mutant = Mutant.of(original, random);
            SegmentReading reading = HostileBytes.read(mutant.bytes);
            assertSame(sound, reading, mutant);
            if (!sameBody(original, mutant.bytes)) {
                assertThat(reading.records()).as(mutant.change).isEmpty();
            }
        }
    }

    /** What follows the object in its array is never looked at, not even where the object was cut short. */
    @ParameterizedTest
    @MethodSource("segments")
    void read_inALongerArray_isAsInOneOfItsLength(Path file) throws Exception {
        byte[] original = Files.readAllBytes(file);
        Random random = new Random(original.length + 2);
        for (int i = 0; i < MUTANTS; i++) {
            byte[] bytes = i == 0 ? original : Mutant.of(original, random).bytes;
            byte[] longer = Arrays.copyOf(original, Math.max(bytes.length, original.length) + random.nextInt(1_000));
            System.arraycopy(bytes, 0, longer, 0, bytes.length);
            SegmentReading reading =
                    SegmentReading.of(() -> SegmentReader.open(TestSegments.NAME, longer, bytes.length, FULL)
                            .cursor());
            assertThat(reading).isEqualTo(whole(bytes));
        }
    }

    /** As if the checksum over the body did not exist; each batch still has its own. */
    @ParameterizedTest
    @MethodSource("segments")
    void read_mutatedAndResealed_isTheOriginalOrRefused(Path file) throws Exception {
        byte[] original = Files.readAllBytes(file);
        SegmentReading sound = whole(original);
        Random random = new Random(original.length + 1);
        for (int i = 0; i < MUTANTS; i++) {
            Mutant mutant = Mutant.of(original, random);
            if (mutant.bytes.length >= SegmentFrame.BODY + SegmentFrame.FOOTER_LENGTH) {
                assertSame(sound, whole(TestSegments.resealed(mutant.bytes)), mutant);
            }
        }
    }

    @Test
    void read_mutatedAndRanged_isTheOriginalOrRefused() throws Exception {
        Path file = ExpectedRecords.segments("java-none/0").get(0);
        byte[] original = Files.readAllBytes(file);
        assertThat(original).as("too long to be fetched at once").hasSizeGreaterThan(FetchedBytes.PIECE);
        SegmentIndex index = SegmentIndex.parse(
                "index", Files.readAllBytes(Path.of(file.toString().replace(".kfs", ".index"))));
        SegmentReading sound = whole(original);
        Random random = new Random(3);
        for (int i = 0; i < MUTANTS; i++) {
            Mutant mutant = Mutant.of(original, random);
            SegmentReading reading = SegmentReading.of(() -> SegmentReader.open(
                            TestSegments.NAME, RangeSource.of(ByteBuffer.wrap(mutant.bytes)), index, FULL)
                    .cursor());
            assertSame(sound, reading, mutant);
        }
    }

    private static SegmentReading whole(byte[] segment) {
        return SegmentReading.of(
                () -> SegmentReader.open(TestSegments.NAME, segment, FULL).cursor());
    }

    private static void assertSame(SegmentReading sound, SegmentReading reading, Mutant mutant) {
        assertThat(reading.isBeginningOf(sound))
                .as("with %s: %d records, %s", mutant.change, reading.records().size(), reading.failure())
                .isTrue();
    }

    private static boolean sameBody(byte[] one, byte[] other) {
        return one.length == other.length
                && Arrays.equals(
                        one,
                        SegmentFrame.BODY,
                        one.length - SegmentFrame.FOOTER_LENGTH,
                        other,
                        SegmentFrame.BODY,
                        other.length - SegmentFrame.FOOTER_LENGTH);
    }
}
