package io.kafscale.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class JsonlSinkTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ORDERS_PER_PARTITION = 1000;

    @TempDir
    private Path directory;

    private KafscaleConfig config(String options) throws IOException {
        return ConfigFile.in(directory, """
                        group: files
                        segments: { directory: "%s", namespace: golden }
                        offsets: { backend: memory }
                        mappings:
                          - topic: orders
                            sink: jsonl.out
                            options:
                              directory: "%s"
                        %s
                        """.formatted(ConfigFile.SEGMENTS, directory, options))
                .load();
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("out"))) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    private static TopicPartition orders(int partition) {
        return new TopicPartition("orders", partition);
    }

    private static long offset(String line) {
        return JSON.readTree(line).get("offset").asLong();
    }

    @Test
    void fullFiles_areFinished_andHoldEverythingInOrder() throws IOException {
        try (RunningProcessor running =
                RunningProcessor.start(config("      max_file_bytes: 1\n    batches: { max_records: 400 }"))) {
            for (int partition = 0; partition < 3; partition++) {
                running.awaitCommit(orders(partition), ORDERS_PER_PARTITION);
            }
            assertThat(files(".tmp")).isEmpty();
        }
        List<Path> files = files(".jsonl").stream()
                .filter(file -> file.getFileName().toString().startsWith("orders-1-"))
                .toList();
        assertThat(files)
                .hasSizeGreaterThanOrEqualTo(3)
                .first()
                .asString()
                .matches(".*/orders-1-00000000000000000000-e[123]\\.jsonl");
        List<Long> offsets = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file);
            assertThat(file.getFileName().toString())
                    .as("is named after its first offset")
                    .contains("-%020d-".formatted(offset(lines.get(0))));
            lines.forEach(line -> offsets.add(offset(line)));
        }
        assertThat(offsets)
                .isEqualTo(LongStream.range(0, ORDERS_PER_PARTITION).boxed().toList());
        JsonNode line = JSON.readTree(Files.readAllLines(files.get(0)).get(0));
        assertThat(line.propertyNames())
                .containsExactly("topic", "partition", "offset", "timestamp", "key", "value", "headers");
        assertThat(JSON.readTree(line.get("value").asString()).get("order_id").isNumber())
                .isTrue();
    }

    @Test
    void fileBegunLongAgo_isFinishedWhileNothingComes() throws IOException {
        try (RunningProcessor running = RunningProcessor.start(config("      max_file_seconds: 0.05"))) {
            running.awaitCommit(orders(0), ORDERS_PER_PARTITION);
            await().until(() -> files(".tmp").isEmpty() && !files(".jsonl").isEmpty());
        }
    }

    @Test
    void end_finishesTheFiles() throws IOException {
        try (RunningProcessor running = RunningProcessor.start(config(""))) {
            running.awaitCommit(orders(2), ORDERS_PER_PARTITION);
            assertThat(files(".jsonl.tmp")).as("not full yet").isNotEmpty();
            running.awaitCommit(orders(0), ORDERS_PER_PARTITION);
            running.awaitCommit(orders(1), ORDERS_PER_PARTITION);
        }
        assertThat(files(".tmp")).isEmpty();
        assertThat(files(".jsonl")).hasSize(3);
    }

    @Test
    void leftovers_areCutBehindTheirLastWholeLine_andFinished() throws IOException {
        Path out = Files.createDirectories(directory.resolve("out"));
        String whole = "{\"offset\":1}\n{\"offset\":2}\n";
        Files.writeString(out.resolve("a-0-1-e1.jsonl.tmp"), whole + "{\"offset\":3,\"va");
        Files.writeString(out.resolve("a-0-4-e2.jsonl.tmp"), "{\"offset\":4,\"value\":\"" + "x".repeat(20_000));
        Files.writeString(out.resolve("a-0-5-e3.jsonl.tmp"), "");
        Files.writeString(out.resolve("a-0-6-e3.jsonl.tmp"), "{\"offset\":6}\n" + "y".repeat(20_000));
        try (JsonlSink sink = JsonlSink.open(out, 1, JsonlSinkFactory.MAX_FILE_SECONDS.standard())) {
            assertThat(sink).isNotNull();
            assertThat(files(""))
                    .map(file -> file.getFileName().toString())
                    .containsExactly("a-0-1-e1.jsonl", "a-0-6-e3.jsonl");
            assertThat(out.resolve("a-0-1-e1.jsonl")).hasContent(whole);
            assertThat(Files.readString(out.resolve("a-0-6-e3.jsonl"), UTF_8)).isEqualTo("{\"offset\":6}\n");
        }
    }

    @Test
    void fileThatIsBeingWritten_isNoLeftover() throws IOException {
        try (RunningProcessor running = RunningProcessor.start(config(""))) {
            running.awaitCommit(orders(0), ORDERS_PER_PARTITION);
            List<Path> before = files(".tmp");
            JsonlSink.open(directory.resolve("out"), 1, JsonlSinkFactory.MAX_FILE_SECONDS.standard())
                    .close();
            assertThat(files(".tmp")).isEqualTo(before).isNotEmpty();
        }
    }

    @Test
    void secondRun_withOffsetsForgotten_writesFilesOfItsOwn() throws IOException {
        for (int run = 1; run <= 2; run++) {
            try (RunningProcessor running = RunningProcessor.start(config(""))) {
                for (int partition = 0; partition < 3; partition++) {
                    running.awaitCommit(orders(partition), ORDERS_PER_PARTITION);
                }
            }
            assertThat(files(".jsonl")).hasSize(3 * run);
        }
        for (Path file : files(".jsonl")) {
            assertThat(Files.readAllLines(file)).hasSize(ORDERS_PER_PARTITION);
        }
    }

    @Test
    void batchThatFailedHalfWay_isWrittenOnce_whenItComesAgain() throws Exception {
        Path out = Files.createDirectories(directory.resolve("out"));
        FailingOnce failing = new FailingOnce();
        try (JsonlSink sink = JsonlSink.open(out, Long.MAX_VALUE, JsonlSinkFactory.MAX_FILE_SECONDS.standard());
                RunningProcessor running = RunningProcessor.ofOrders(batch -> sink.write(failing.over(batch)))) {
            running.awaitCommit(orders(0), ORDERS_PER_PARTITION);
            assertThat(failing.failures()).isEqualTo(1);
        }
        assertThat(files(".jsonl")).hasSize(3);
        for (Path file : files(".jsonl")) {
            assertThat(Files.readAllLines(file).stream()
                            .map(JsonlSinkTest::offset)
                            .toList())
                    .isEqualTo(LongStream.range(0, Files.readAllLines(file).size())
                            .boxed()
                            .toList());
        }
    }

    @Test
    void fileThatSomebodyRemoved_isNotWrittenOn() throws Exception {
        Path out = Files.createDirectories(directory.resolve("out"));
        AtomicInteger batches = new AtomicInteger();
        try (JsonlSink sink = JsonlSink.open(out, Long.MAX_VALUE, JsonlSinkFactory.MAX_FILE_SECONDS.standard());
                RunningProcessor running = RunningProcessor.ofOrders(batch -> {
                    if (batch.topicPartition().partition() == 0) {
                        sink.write(batch);
                        if (batches.incrementAndGet() == 1) {
                            Files.delete(files(".tmp").get(0));
                        }
                    }
                })) {
            running.awaitCommit(orders(0), ORDERS_PER_PARTITION);
        }
        assertThat(files("")).singleElement().asString().contains("orders-0-").endsWith(".jsonl");
        List<String> lines = Files.readAllLines(files("").get(0));
        assertThat(lines).hasSizeBetween(1, ORDERS_PER_PARTITION - 1);
        assertThat(offset(lines.get(lines.size() - 1))).isEqualTo(ORDERS_PER_PARTITION - 1);
    }

    @Test
    void target_thatLeadsElsewhere_isRefused() throws IOException {
        ConfigFile file = ConfigFile.in(directory, """
                group: files
                segments: { directory: "%s", namespace: golden }
                offsets: { backend: memory }
                sinks: { jsonl: { directory: /tmp } }
                mappings:
                  - topic: orders
                    sink: jsonl.../etc
                """.formatted(ConfigFile.SEGMENTS));
        KafscaleConfig config = file.load();
        assertThatThrownBy(config::open)
                .hasMessageEndingWith("config.yaml:7:11: jsonl.../etc: the target is a directory's name, not a path");
    }
}
