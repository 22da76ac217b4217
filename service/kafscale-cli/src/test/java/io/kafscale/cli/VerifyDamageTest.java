package io.kafscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every bit that a checksum or a comparison covers is covered: one flipped is noticed, and its file named. */
class VerifyDamageTest {

    private static final int HEADER_LENGTH = 32;
    private static final int FOOTER_LENGTH = 16;

    @TempDir
    private Path directory;

    @Test
    void verify_oneBitFlippedAnywhereInTheGoldenSet_namesTheFile() throws IOException {
        GoldenCopy copy = GoldenCopy.into(directory, "");
        List<Path> segments = copy.files(".kfs");
        Random random = new Random(20261101);
        for (int i = 0; i < 66; i++) {
            Path file = segments.get(i % segments.size());
            long length = Files.size(file);
            long position = switch (i / segments.size()) {
                case 0 -> random.nextLong(HEADER_LENGTH, length - FOOTER_LENGTH);
                case 1 -> random.nextLong(length - FOOTER_LENGTH, length);
                default -> coveredInHeader(random);
            };
            assertNoticed(copy, file, position * 8 + random.nextInt(8));
        }
        assertThat(CommandRun.of("verify", copy.namespace()).exitCode()).isZero();
    }

    @Test
    void verify_anyBitOfTheSmallestSegmentFlipped_namesTheFile() throws IOException {
        GoldenCopy copy = GoldenCopy.into(directory, "one");
        Path file = copy.files(".kfs").get(0);
        for (long bit = 0; bit < Files.size(file) * 8; bit++) {
            if (isCovered((int) (bit / 8))) {
                assertNoticed(copy, file, bit);
            }
        }
    }

    @Test
    void verify_anyBitOfACompressedSegmentsHeadersFlipped_namesTheFile() throws IOException {
        GoldenCopy copy = GoldenCopy.into(directory, "java-zstd");
        Path file = copy.files(".kfs").get(1);
        for (long bit = 0; bit < (HEADER_LENGTH + 61) * 8; bit += 3) {
            if (isCovered((int) (bit / 8))) {
                assertNoticed(copy, file, bit);
            }
        }
    }

    @Test
    void verify_segmentCutAnywhere_namesTheFile() throws IOException {
        GoldenCopy copy = GoldenCopy.into(directory, "one");
        Path file = copy.files(".kfs").get(0);
        assertCutsNoticed(copy, file);
    }

    @Test
    void verify_indexCutAnywhere_namesTheFile() throws IOException {
        GoldenCopy copy = GoldenCopy.into(directory, "java-none");
        assertCutsNoticed(copy, copy.files(".index").get(0));
    }

    @Test
    void verify_indexThatPointsElsewhere_namesTheFile() throws IOException {
        GoldenCopy copy = GoldenCopy.into(directory, "java-none");
        Path index = copy.files(".index").get(0);
        byte[] whole = Files.readAllBytes(index);
        assertThat(whole).as("several entries").hasSizeGreaterThan(16 + 2 * 12);
        for (int position = 16; position < whole.length; position++) {
            byte[] changed = whole.clone();
            changed[position] ^= 1;
            Files.write(index, changed);
            assertProblem(copy, index);
        }
    }

    private static boolean isCovered(int position) {
        boolean flags = position >= 6 && position < 8;
        boolean createdOrReserved = position >= 20 && position < HEADER_LENGTH;
        return !flags && !createdOrReserved;
    }

    private static int coveredInHeader(Random random) {
        int position = random.nextInt(HEADER_LENGTH);
        return isCovered(position) ? position : coveredInHeader(random);
    }

    private static void assertNoticed(GoldenCopy copy, Path file, long bit) throws IOException {
        GoldenCopy.flip(file, bit);
        assertProblem(copy, file);
        GoldenCopy.flip(file, bit);
    }

    private static void assertCutsNoticed(GoldenCopy copy, Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertProblem(copy, file);
        }
    }

    private static void assertProblem(GoldenCopy copy, Path file) {
        CommandRun run = CommandRun.of("verify", copy.namespace());
        assertThat(run.lines().get(0)).startsWith("corrupt: " + file);
        assertThat(run.lines()).last().isEqualTo("1 problem");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEmpty();
    }
}
