package io.kafscale.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code bin/kafscale run} as a service. */
class RunIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ORDERS_PER_PARTITION = 1000;
    private static final int PARTITIONS = 3;

    @TempDir
    private Path directory;

    private String config(String sink) {
        return """
                group: files
                segments: { directory: "%s", namespace: golden }
                offsets: { backend: memory }
                http: { port: 0 }
                mappings:
                  - topic: orders
                    sink: %s
                """.formatted(CommandRun.GOLDEN.resolve("segments"), sink);
    }

    private static void awaitAllOrders(RunningService service) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            service.awaitMetric("kafscale_processor_last_offset{partition=\"" + partition + "\",topic=\"orders\"} "
                    + (double) (ORDERS_PER_PARTITION - 1));
        }
    }

    @Test
    void exampleForThisMachine_processesTheGoldenOrders_untilSigterm() throws Exception {
        String example = Files.readString(Path.of(System.getProperty("kafscale.root"), "examples/config/local.yaml"));
        Map<String, String> output = Map.of("OUTPUT", directory.toString());
        try (RunningService service = RunningService.start(directory, example + "\nhttp: { port: 0 }\n", output)) {
            await().until(() -> service.get("/readyz").statusCode() == 200);
            assertThat(service.get("/readyz").body()).isEqualTo("ready\n");
            assertThat(service.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(service.get("/healthz").body()).isEqualTo("ok\n");
            assertThat(service.get("/metrics").headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
            awaitAllOrders(service);
            assertThat(service.get("/metrics").body().lines())
                    .contains(
                            "kafscale_processor_records_total{result=\"written\",topic=\"orders\"} 3000.0",
                            "kafscale_processor_partitions_owned 3.0",
                            "kafscale_processor_ready 1.0")
                    .anyMatch(line -> line.startsWith("kafscale_processor_object_requests_total{kind=\"list\""))
                    .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                    .anyMatch(line -> line.startsWith("jvm_threads_live_threads "))
                    .anyMatch(line -> line.startsWith("jvm_gc_"));
            assertThat(service.terminate()).as(service.log()).isZero();
            assertThat(service.log())
                    .contains("orders-0 released at offset 1000")
                    .contains("asked to end");
        }
        List<JsonNode> expected = ExpectedLines.ofTheGoldenSet().stream()
                .filter(line -> line.get("topic").asString().equals("orders"))
                .toList();
        List<JsonNode> lines = new ArrayList<>();
        for (Path file : files("orders")) {
            assertThat(file.toString()).endsWith(".jsonl");
            Files.readAllLines(file).forEach(line -> lines.add(JSON.readTree(line)));
        }
        assertThat(lines).hasSize(PARTITIONS * ORDERS_PER_PARTITION);
        for (int i = 0; i < lines.size(); i++) { // in order, since the expected lines are
            for (String member : List.of("partition", "offset", "timestamp")) {
                assertThat(lines.get(i).get(member)).isEqualTo(expected.get(i).get(member));
            }
            byte[] value = expected.get(i).get("value").binaryValue();
            assertThat(lines.get(i).get("value").asString()).isEqualTo(new String(value, UTF_8));
        }
    }

    private List<Path> files(String target) throws IOException {
        Path out = directory.resolve(target);
        if (!Files.exists(out)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(out)) {
            return all.sorted().toList();
        }
    }

    @Test
    void killedInMidWrite_leavesWholeLinesOnly_andTheNextRunFinishes() throws Exception {
        String config = config("jsonl.out\n    options: { directory: \"" + directory + "\", max_file_bytes: 1 }");
        for (int kill = 0; kill < 2; kill++) {
            int before = files("out").size();
            try (RunningService service = RunningService.start(directory, config, Map.of())) {
                await().atMost(java.time.Duration.ofSeconds(60))
                        .until(() -> files("out").size() > before);
                service.kill();
            }
            for (Path file : files("out")) {
                if (file.toString().endsWith(".jsonl")) {
                    assertWhole(file);
                }
            }
        }
        try (RunningService service = RunningService.start(directory, config, Map.of())) {
            awaitAllOrders(service);
            assertThat(service.terminate()).as(service.log()).isZero();
        }
        Map<Integer, TreeSet<Long>> written = new HashMap<>();
        for (Path file : files("out")) {
            assertThat(file.toString()).as("nothing is left unfinished").endsWith(".jsonl");
            for (JsonNode line : assertWhole(file)) {
                written.computeIfAbsent(line.get("partition").asInt(), partition -> new TreeSet<>())
                        .add(line.get("offset").asLong());
            }
        }
        for (int partition = 0; partition < PARTITIONS; partition++) {
            assertThat(new ArrayList<>(written.get(partition)))
                    .isEqualTo(LongStream.range(0, ORDERS_PER_PARTITION).boxed().toList());
        }
    }

    /** Each line is one record, and they are in order without a hole. */
    private static List<JsonNode> assertWhole(Path file) throws IOException {
        String text = Files.readString(file);
        assertThat(text).endsWith("}\n");
        List<JsonNode> lines = text.lines().map(JSON::readTree).toList();
        for (int i = 1; i < lines.size(); i++) {
            assertThat(lines.get(i).get("offset").asLong())
                    .isEqualTo(lines.get(i - 1).get("offset").asLong() + 1);
        }
        return lines;
    }

    @Test
    void jsonLog_isAnObjectALine_apartFromTheOutput() throws Exception {
        try (RunningService service =
                RunningService.start(directory, config("stdout") + "log: { format: json }\n", Map.of())) {
            awaitAllOrders(service);
            assertThat(service.terminate()).isZero();
            assertThat(service.output()).hasSize(PARTITIONS * ORDERS_PER_PARTITION);
            assertThat(service.log().lines().map(JSON::readTree))
                    .isNotEmpty()
                    .allMatch(line -> line.has("timestamp") && line.has("level") && line.has("formattedMessage"))
                    .anyMatch(line -> line.get("formattedMessage").asString().startsWith("orders-0 acquired"));
        }
    }

    @Test
    void writeThatDoesNotEnd_isLeftAtTheDrainLimit_withItsOwnExitCode() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        HttpServer silent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        silent.createContext("/", exchange -> {
            asked.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        silent.start();
        String config = config("http\n    options: { url: \"http://localhost:"
                        + silent.getAddress().getPort() + "\" }") + "processor: { drain_limit_seconds: 0.5 }\n";
        try (RunningService service = RunningService.start(directory, config, Map.of())) {
            asked.await();
            assertThat(service.terminate()).as(service.log()).isEqualTo(1);
            assertThat(service.log()).contains("not all was given back in time");
        } finally {
            end.countDown();
            silent.stop(0);
        }
    }

    @Test
    void errorPolicyThatStopsTheProcessor_endsTheService_withItsOwnExitCode() throws Exception {
        String config = config("http\n    options: { url: \"http://localhost:1/\" }")
                + "errors: { sink: { attempts: 2, then: stop_processor, first_pause_seconds: 0.01 } }\n";
        try (RunningService service = RunningService.start(directory, config, Map.of())) {
            assertThat(service.awaitEnd()).as(service.log()).isEqualTo(3);
            assertThat(service.log().lines())
                    .anyMatch(line -> line.contains("ERROR ended without being asked to: ")
                            && line.contains("http://localhost:1/ does not answer"));
        }
    }

    @Test
    void sinkInAJarOfItsOwn_isFoundOnTheClassPathGiven() throws Exception {
        Path jar = directory.resolve("jar");
        String name = CountingSinkFactory.class.getName().replace('.', '/') + ".class";
        Files.createDirectories(jar.resolve(name).getParent());
        Files.write(
                jar.resolve(name),
                CountingSinkFactory.class.getResourceAsStream("/" + name).readAllBytes());
        Path services = Files.createDirectories(jar.resolve("META-INF/services"));
        Files.writeString(services.resolve("io.kafscale.config.SinkFactory"), CountingSinkFactory.class.getName());
        Map<String, String> classPath = Map.of("KAFSCALE_CLASSPATH", jar.toString());
        try (RunningService service = RunningService.start(directory, config("counting.orders"), classPath)) {
            awaitAllOrders(service);
            assertThat(service.terminate()).isZero();
            assertThat(service.output()).contains("orders: 1000 up to 1000");
        }
    }
}
