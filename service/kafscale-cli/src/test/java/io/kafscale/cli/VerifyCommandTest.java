package io.kafscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

    @TempDir
    private Path directory;

    @Test
    void verify_theGoldenSet_isSoundAndCounted() {
        CommandRun run = CommandRun.of("verify", CommandRun.GOLDEN_SEGMENTS);
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.lines())
                .contains("orders-0              3    1,000    193,400     0         0        0       0        0")
                .contains("total                22   13,026  8,220,768     0         0        0       0        0")
                .last()
                .isEqualTo("sound");
    }

    @Test
    void verify_gap_isAProblem() throws IOException {
        write(10, 5);
        write(20, 5);
        assertProblems("orders-0 has no segment with offsets 15 to 19:");
    }

    @Test
    void verify_logThatBeginsAboveZero_isSound() throws IOException {
        write(1_000, 5);
        assertThat(verify().exitCode()).isZero();
    }

    @Test
    void verify_overlap_isAProblemAndAllOfItIsRead() throws IOException {
        write(0, 10);
        write(6, 10);
        CommandRun run = assertProblems("orders-0 holds offsets 6 to 9 twice:");
        assertThat(run.lines()).anyMatch(line -> line.matches("orders-0 +2 +20 .* 0 +1 +0 +0 +0"));
    }

    @Test
    void verify_orphansOfBothKinds_areProblemsAndTheirContentIsReadToo() throws IOException {
        write(0, 5);
        write(5, 5);
        write(10, 5);
        Files.delete(file("segment-00000000000000000005.index"));
        Files.delete(file("segment-00000000000000000010.kfs"));
        assertProblems(
                file("segment-00000000000000000005.kfs") + " has no counterpart",
                file("segment-00000000000000000010.index") + " has no counterpart");
        GoldenCopy.flip(file("segment-00000000000000000005.kfs"), 500);
        assertProblems(
                file("segment-00000000000000000005.kfs") + " has no counterpart",
                "corrupt: " + file("segment-00000000000000000005.kfs"),
                file("segment-00000000000000000010.index") + " has no counterpart");
    }

    @Test
    void verify_strays_areAProblem() throws IOException {
        byte[] two = batch(2);
        byte[] run = Arrays.copyOf(two, 2 * two.length);
        System.arraycopy(two, 0, run, two.length, two.length);
        new SegmentWriter(0, 0).append(run).finish().writeTo(partition());
        assertProblems("orders-0: 1 batch (2 records) in");
    }

    @Test
    void verify_severalDamaged_namesEachAndGoesOnWithoutACascadeOfGaps() throws IOException {
        for (int base = 0; base < 50; base += 5) {
            write(base, 5);
        }
        GoldenCopy.flip(file("segment-00000000000000000005.kfs"), 800);
        GoldenCopy.flip(file("segment-00000000000000000010.kfs"), 800);
        GoldenCopy.flip(file("segment-00000000000000000045.kfs"), 800);
        CommandRun run = assertProblems(
                "corrupt: " + file("segment-00000000000000000005.kfs"),
                "corrupt: " + file("segment-00000000000000000010.kfs"),
                "corrupt: " + file("segment-00000000000000000045.kfs"));
        assertThat(run.lines()).anyMatch(line -> line.matches("orders-0 +10 +35 .*"));
    }

    @Test
    void verify_indexOfAnotherSegment_isAProblem() throws IOException {
        write(0, 5);
        write(5, 5);
        Files.copy(file("segment-00000000000000000000.index"), directory.resolve("index"));
        Files.move(
                directory.resolve("index"),
                file("segment-00000000000000000005.index"),
                StandardCopyOption.REPLACE_EXISTING);
        assertProblems("corrupt: " + file("segment-00000000000000000005.index"));
    }

    @Test
    void verify_recordDamagedBehindSoundChecksums_isAProblem() throws IOException {
        new SegmentWriter(0, 0)
                .append(resealed(batch(3), 23, 3, 57, 4)) // claims a fourth record
                .finish()
                .writeTo(partition());
        assertProblems("corrupt: " + file("segment-00000000000000000000.kfs") + ": the record does not fit");
    }

    @Test
    void verify_headerDamagedBehindSoundChecksums_isAProblem() throws IOException {
        byte[] batch =
                new RecordBatchBuilder().record("k", "v", Map.of("h", "x")).build();
        batch[batch.length - 2] = 40; // the length of the header's value
        new SegmentWriter(0, 0).append(resealed(batch)).finish().writeTo(partition());
        assertProblems("corrupt: " + file("segment-00000000000000000000.kfs") + ": a header's value does not fit");
    }

    @Test
    void verify_objectOver2GiB_isRefusedByItsSizeAlone() throws IOException {
        write(0, 5);
        try (RandomAccessFile sparse =
                new RandomAccessFile(file("segment-00000000000000000000.kfs").toFile(), "rw")) {
            sparse.setLength(3L << 30);
        }
        assertProblems("corrupt: " + file("segment-00000000000000000000.kfs"));
    }

    @Test
    void verify_file_isThatSegmentAndTheIndexBesideIt() throws IOException {
        GoldenCopy copy = GoldenCopy.into(directory, "one");
        Path segment = copy.files(".kfs").get(0);
        Path index = copy.files(".index").get(0);
        assertThat(CommandRun.of("verify", segment).lines()).last().isEqualTo("sound");
        Files.write(index, Arrays.copyOf(Files.readAllBytes(index), 20));
        for (Path named : List.of(segment, index)) {
            CommandRun run = CommandRun.of("verify", named);
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.lines().get(0)).startsWith("corrupt: " + index);
        }
        Files.delete(index);
        assertThat(CommandRun.of("verify", segment).exitCode()).isZero();
    }

    @Test
    void verify_nothingThere_isNoSuccess() throws IOException {
        Files.createDirectories(partition());
        CommandRun run = verify();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("kafscale: there are no segments");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void progress_onATerminal_isDrawnAndTakenAwayAgain() {
        CommandRun run = CommandRun.into(new ByteArrayOutputStream(), true, "verify", CommandRun.GOLDEN_SEGMENTS);
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("%  ").contains(" of 7.8 MiB").endsWith("\r\u001b[K");
    }

    private CommandRun assertProblems(String... expected) throws IOException {
        CommandRun run = verify();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEmpty();
        List<String> problems = run.lines().stream()
                .takeWhile(line -> !line.startsWith("PARTITION"))
                .toList();
        assertThat(problems).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(problems.get(i)).contains(expected[i]);
        }
        return run;
    }

    private CommandRun verify() throws IOException {
        return CommandRun.of("verify", directory.toRealPath().resolve("prod"));
    }

    private Path partition() {
        return directory.resolve("prod/orders/0");
    }

    private Path file(String name) throws IOException {
        return partition().toRealPath().resolve(name);
    }

    private void write(long baseOffset, int records) throws IOException {
        new SegmentWriter(baseOffset, 0).append(batch(records)).finish().writeTo(partition());
    }

    /** The batch with some of its integers, given by position and value, overwritten, and its checksum made right. */
    private static byte[] resealed(byte[] batch, int... positionsAndValues) {
        ByteBuffer buffer = ByteBuffer.wrap(batch);
        for (int i = 0; i < positionsAndValues.length; i += 2) {
            buffer.putInt(positionsAndValues[i], positionsAndValues[i + 1]);
        }
        CRC32C crc = new CRC32C();
        crc.update(batch, 21, batch.length - 21);
        buffer.putInt(17, (int) crc.getValue());
        return batch;
    }

    private static byte[] batch(int records) {
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (int i = 0; i < records; i++) {
            batch.record("k", "v" + i);
        }
        return batch.build();
    }
}
