package io.kafscale.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputCheckTest {

    @TempDir
    Path directory;

    private final OrderLog log = new OrderLog();

    @BeforeEach
    void putTenRecordsIntoTwoPartitions() {
        for (int partition = 0; partition < 2; partition++) {
            for (int offset = 0; offset < 10; offset++) {
                log.add(line(partition, offset));
            }
        }
    }

    @Test
    void problems_allThereInOrderPerPartition_areNone() throws IOException {
        assertThat(problems(interleaved(lines(0, 0, 10), lines(1, 0, 10)))).isEmpty();
    }

    @Test
    void problems_recordsMissing_nameThePartitionAndEachRunOfOffsets() throws IOException {
        assertThat(problems(concat(List.of(lines(0, 0, 10), lines(1, 1, 4), lines(1, 6, 9)))))
                .containsExactly(
                        "orders-1: offset 0 is missing",
                        "orders-1: 2 records are missing, offsets 4 to 5",
                        "orders-1: offset 9 is missing");
    }

    @Test
    void problems_recordTwice_nameIt() throws IOException {
        assertThat(problems(concat(List.of(lines(0, 0, 10), lines(0, 9, 10), lines(1, 0, 10)))))
                .containsExactly("orders-0: offset 9 is there twice");
    }

    @Test
    void problems_recordTooLate_nameIt() throws IOException {
        assertThat(problems(concat(List.of(lines(0, 0, 5), lines(0, 6, 10), lines(0, 5, 6), lines(1, 0, 10)))))
                .containsExactly("orders-0: offset 5 comes after 9");
    }

    @Test
    void problems_recordAlteredOrNeverPut_nameIt() throws IOException {
        OutputLine altered = new OutputLine(0, 9, 9, "k", "other", List.of());

        assertThat(problems(concat(List.of(lines(0, 0, 9), Stream.of(altered), lines(1, 0, 11)))))
                .containsExactly("orders-0: offset 9 is not what was put", "orders-1: offset 10 was never put");
    }

    @Test
    void problems_noFile_sayThatAllIsMissing() throws IOException {
        Path nowhere = directory.resolve("nowhere");

        assertThat(OutputCheck.problems(log, nowhere))
                .containsExactly(
                        "there is no file " + nowhere,
                        "orders-0: 10 records are missing, offsets 0 to 9",
                        "orders-1: 10 records are missing, offsets 0 to 9");
    }

    @Test
    void problems_lineThatIsNoRecord_nameTheLine() throws IOException {
        Path output = Files.writeString(directory.resolve("output"), line(0, 0).toJson() + "\n{\"partition\":");

        assertThat(OutputCheck.problems(log, output)).first().asString().startsWith("line 2 is not a record: ");
    }

    @Test
    void open_outputThatEndsInHalfALine_cutsItOff() throws IOException {
        Path output = Files.writeString(directory.resolve("output"), "one\ntwo\nhal");
        JsonLinesSink.open(output).close();

        assertThat(output).hasContent("one\ntwo\n");
        Files.writeString(output, "hal");
        JsonLinesSink.open(output).close();
        assertThat(output).isEmptyFile();
    }

    @Test
    void toJson_textThatNeedsEscapes_comesBackTheSameOnOneLine() {
        OutputLine line =
                new OutputLine(0, 0, 0, "\"\\\n\u2028\u0001", "\ud83d\ude9a", List.of(new OutputLine.Header("", null)));

        assertThat(line.toJson()).doesNotContain("\n");
        assertThat(OutputLine.parse(line.toJson())).isEqualTo(line);
    }

    private List<String> problems(Stream<OutputLine> lines) throws IOException {
        Path output = Files.write(
                directory.resolve("output"), lines.map(OutputLine::toJson).toList());
        return OutputCheck.problems(log, output);
    }

    private static OutputLine line(int partition, long offset) {
        return new OutputLine(partition, offset, offset, "k", "v", List.of());
    }

    private static Stream<OutputLine> lines(int partition, int from, int until) {
        return IntStream.range(from, until).mapToObj(offset -> line(partition, offset));
    }

    private static Stream<OutputLine> concat(List<Stream<OutputLine>> parts) {
        return parts.stream().flatMap(part -> part);
    }

    private static Stream<OutputLine> interleaved(Stream<OutputLine> one, Stream<OutputLine> other) {
        List<OutputLine> others = other.toList();
        return one.flatMap(line -> Stream.of(line, others.get((int) line.offset())));
    }
}
