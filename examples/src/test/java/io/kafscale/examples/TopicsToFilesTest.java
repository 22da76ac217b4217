package io.kafscale.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.processor.Processor;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsToFilesTest {

    /** How many records each partition has. */
    private static final Map<TopicPartition, Long> GOLDEN = Map.of(
            new TopicPartition("orders", 0), 1000L,
            new TopicPartition("orders", 2), 1000L,
            new TopicPartition("one", 0), 1L,
            new TopicPartition("java-lz4", 0), 2002L);

    @Test
    void everyPartition_hasADirectory_withEachRecordOnce(@TempDir Path output) throws IOException {
        Path segments = Path.of(System.getProperty("kafscale.golden"), "segments");
        InMemoryCheckpointStore checkpoints = new InMemoryCheckpointStore();
        try (Processor processor =
                TopicsToFiles.processor(segments, checkpoints, output, List.of("orders", "one", "java-lz4"))) {
            processor.start();
            for (Map.Entry<TopicPartition, Long> partition : GOLDEN.entrySet()) {
                await().atMost(Duration.ofSeconds(60)).until(() -> {
                    Checkpoint reached = checkpoints.checkpoint("topics-to-files", partition.getKey());
                    return reached != null && reached.nextOffset() == partition.getValue();
                });
            }
        }
        for (Map.Entry<TopicPartition, Long> partition : GOLDEN.entrySet()) {
            assertThat(offsets(output.resolve(partition.getKey().toString())))
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.range(0, partition.getValue()).boxed().toList());
        }
    }

    private static List<Long> offsets(Path directory) throws IOException {
        List<Long> offsets = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                assertThat(file.toString()).endsWith(".tsv");
                Files.readAllLines(file)
                        .forEach(line -> offsets.add(Long.valueOf(line.substring(0, line.indexOf('\t')))));
            }
        }
        return offsets;
    }
}
