package io.kafscale.testkit.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.discovery.FileObjectStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.PartitionCursor;
import io.kafscale.discovery.PartitionReader;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.Record;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Every golden partition, through the reader, against what Kafka's own consumer read of it. */
class PartitionReaderGoldenTest {

    private static final Path GOLDEN = Path.of(System.getProperty("kafscale.golden"));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_WRITTEN_OUT = 2048;

    static List<TopicPartition> partitions() throws Exception {
        try (Stream<Path> files = Files.walk(GOLDEN.resolve("expected"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> new TopicPartition(
                            file.getParent().getFileName().toString(),
                            Integer.parseInt(file.getFileName().toString().replace(".jsonl", ""))))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("partitions")
    void cursor_goldenPartitionInADirectory_showsWhatKafkasConsumerRead(TopicPartition partition) throws Exception {
        List<JsonNode> read = new ArrayList<>();
        try (ObjectStore store = FileObjectStore.open(GOLDEN.resolve("segments"));
                PartitionCursor records =
                        PartitionReader.open(store, "golden", partition).cursor()) {
            while (records.next()) {
                read.add(line(records));
                assertThat(records.nextOffset()).isEqualTo(records.offset() + 1);
            }
        }
        assertThat(read).isEqualTo(expected(partition));
    }

    @ParameterizedTest
    @MethodSource("partitions")
    void copy_goldenPartitionInMemory_outlivesTheCursor(TopicPartition partition) throws Exception {
        InMemoryObjectStore store = new InMemoryObjectStore(Instant::now, 1);
        Path root = GOLDEN.resolve("segments");
        try (Stream<Path> files = Files.walk(root.resolve("golden"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                store.put(root.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        List<Record> kept = new ArrayList<>();
        try (PartitionCursor records =
                PartitionReader.open(store, "golden", partition).cursor()) {
            while (records.next()) {
                kept.add(records.copy());
            }
        }
        assertThat(kept.stream().map(PartitionReaderGoldenTest::line).toList()).isEqualTo(expected(partition));
    }

    private static List<JsonNode> expected(TopicPartition partition) throws Exception {
        Path file = GOLDEN.resolve("expected/" + partition.topic() + "/" + partition.partition() + ".jsonl");
        return Files.readAllLines(file).stream().map(JSON::readTree).toList();
    }

    private static JsonNode line(RecordView record) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("offset", record.offset());
        line.put("timestamp", record.timestamp());
        line.put("timestampType", record.timestampType().toString());
        line.put("key", bytes(record.key()));
        line.put("value", bytes(record.value()));
        List<Object> headers = new ArrayList<>();
        HeaderCursor cursor = record.headers();
        while (cursor.next()) {
            List<Object> header = new ArrayList<>();
            header.add(cursor.key());
            header.add(bytes(cursor.value()));
            headers.add(header);
        }
        line.put("headers", headers);
        return JSON.readTree(JSON.writeValueAsString(line));
    }

    private static Object bytes(ByteSlice slice) {
        if (slice == null) {
            return null;
        }
        byte[] bytes = slice.toBytes();
        if (bytes.length <= LONGEST_WRITTEN_OUT) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return Map.of("len", bytes.length, "sha256", HexFormat.of().formatHex(digest));
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
