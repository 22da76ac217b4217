package io.kafscale.processor;

import static io.kafscale.processor.Letters.ORDERS_0;
import static io.kafscale.processor.Letters.contents;
import static io.kafscale.processor.Letters.letter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDeadLetterSinkTest {

    private static final TopicPartition EDGE_0 = new TopicPartition("edge", 0);

    @TempDir
    private Path directory;

    @Test
    void goldenRecords_writtenAndRead_areTheSame() throws Exception {
        List<DeadLetter> letters = Letters.golden(EDGE_0);
        try (FileDeadLetterSink sink = FileDeadLetterSink.in(directory.resolve("dead/letters"))) {
            for (DeadLetter letter : letters) {
                sink.write(letter);
            }
        }

        List<DeadLetter> read = DeadLetters.read(directory);
        assertThat(read).hasSameSizeAs(letters);
        for (int i = 0; i < letters.size(); i++) {
            assertThat(contents(read.get(i))).isEqualTo(contents(letters.get(i)));
        }
        assertThat(directory.resolve("dead/letters/warehouse/edge/0.jsonl")).isRegularFile();
    }

    @Test
    void halfALine_isPassedOver_andCutOffByTheNextLetter() throws Exception {
        FileDeadLetterSink sink = FileDeadLetterSink.in(directory);
        sink.write(letter("warehouse", ORDERS_0, 1));
        Path file = directory.resolve("warehouse/orders/0.jsonl");
        String line = DeadLetters.toJson(letter("warehouse", ORDERS_0, 2));
        // Longer than a block that is looked through for its beginning.
        String half = line.substring(0, line.length() - 1) + " ".repeat(20_000);
        Files.writeString(file, half, StandardOpenOption.APPEND);

        assertThat(offsets(DeadLetters.read(file))).containsExactly(1L);
        sink.write(letter("warehouse", ORDERS_0, 3));
        assertThat(offsets(DeadLetters.read(file))).containsExactly(1L, 3L);
        assertThat(Files.readString(file).lines()).hasSize(2);
    }

    @Test
    void nothingButHalfALine_isCutOff() throws Exception {
        Path file =
                Files.createDirectories(directory.resolve("warehouse/orders")).resolve("0.jsonl");
        Files.write(file, new byte[10_000]);

        FileDeadLetterSink.in(directory).write(letter("warehouse", ORDERS_0, 3));

        assertThat(offsets(DeadLetters.read(file))).containsExactly(3L);
    }

    @Test
    void twoProcessorsInOneDirectory_ofOneGroupAndOfAnother_loseNoLetter() throws Exception {
        List<Future<?>> writers = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int writer = 0; writer < 4; writer++) {
                String group = writer % 2 == 0 ? "warehouse" : "billing";
                long first = writer < 2 ? 0 : 100;
                writers.add(threads.submit(() -> {
                    FileDeadLetterSink sink = FileDeadLetterSink.in(directory);
                    for (long offset = first; offset < first + 25; offset++) {
                        sink.write(letter(group, ORDERS_0, offset));
                    }
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(offsets(DeadLetters.read(directory.resolve("warehouse"))))
                .hasSize(50)
                .doesNotHaveDuplicates();
        assertThat(offsets(DeadLetters.read(directory.resolve("billing"))))
                .hasSize(50)
                .doesNotHaveDuplicates();
        assertThat(DeadLetters.read(directory)).hasSize(100);
    }

    @Test
    void lineThatIsNoLetter_namesFileAndLine() throws Exception {
        FileDeadLetterSink.in(directory).write(letter("warehouse", ORDERS_0, 1));
        Path file = directory.resolve("warehouse/orders/0.jsonl");
        Files.writeString(file, "{\"group\":7}\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> DeadLetters.read(directory))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " line 2 is not a dead letter: at character 10 expected '\"'; mend or remove it");
    }

    @Test
    void placeThatCannotBeWritten_isNamed() throws Exception {
        FileDeadLetterSink sink = FileDeadLetterSink.in(directory);
        Files.writeString(directory.resolve("warehouse"), "in the way");

        assertThatThrownBy(() -> sink.write(letter("warehouse", ORDERS_0, 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write a dead letter to "
                        + directory.toRealPath().resolve("warehouse/orders/0.jsonl"));
    }

    @Test
    void placeThatDoesNotExist_isNotTakenForEmpty() {
        assertThatThrownBy(() -> DeadLetters.read(directory.resolve("nowhere")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("nowhere does not exist");
    }

    @Test
    void groupThatLeadsOutOfTheDirectory_isRefused() throws Exception {
        FileDeadLetterSink sink = FileDeadLetterSink.in(directory.resolve("letters"));

        assertThatThrownBy(() -> sink.write(letter("..", ORDERS_0, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"..\" is not a group name");
        assertThat(directory.resolve("orders")).doesNotExist();
    }

    private static List<Long> offsets(List<DeadLetter> letters) {
        return letters.stream().map(letter -> letter.record().offset()).toList();
    }
}
