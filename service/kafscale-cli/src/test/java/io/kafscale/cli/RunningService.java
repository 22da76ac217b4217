package io.kafscale.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code bin/kafscale run} as a process of its own. */
final class RunningService implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern PORT = Pattern.compile("metrics and health at [0-9.]+:([0-9]+)");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final Path out;
    private final Path log;

    private RunningService(Process process, Path out, Path log) {
        this.process = process;
        this.out = out;
        this.log = log;
    }

    /** Starts it; its output goes to files in the directory. */
    static RunningService start(Path directory, String config, Map<String, String> environment) throws IOException {
        Path file = Files.writeString(directory.resolve("config.yaml"), config);
        Path out = directory.resolve("out.txt");
        Path log = directory.resolve("log.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        System.getProperty("kafscale.command"), "run", "--config", file.toString())
                .directory(Path.of(System.getProperty("kafscale.root")).toFile())
                .redirectOutput(out.toFile())
                .redirectError(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return new RunningService(builder.start(), out, log);
    }

    /** Waits until it serves, then asks it. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                .timeout(LIMIT)
                .build();
        return client.send(request, BodyHandlers.ofString(UTF_8));
    }

    private int port() {
        Matcher[] found = new Matcher[1];
        await().atMost(LIMIT).until(() -> {
            assertThat(process.isAlive()).as(log()).isTrue();
            found[0] = PORT.matcher(log());
            return found[0].find();
        });
        return Integer.parseInt(found[0].group(1));
    }

    void awaitMetric(String line) {
        await().atMost(LIMIT).until(() -> get("/metrics").body().lines().anyMatch(line::equals));
    }

    /** Sends SIGTERM and waits. */
    int terminate() throws InterruptedException {
        process.destroy();
        return awaitEnd();
    }

    /** Waits until it has ended. */
    int awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Sends SIGKILL and waits. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    List<String> output() throws IOException {
        return Files.readAllLines(out);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
