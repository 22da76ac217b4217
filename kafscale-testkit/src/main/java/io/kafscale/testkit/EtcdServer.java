package io.kafscale.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real etcd of one member, on free loopback ports and a temporary data directory. The program is the one the environment
 * variable {@code ETCD_BIN} names, or {@code etcd} on the PATH; without either, starting fails: tests against etcd are not
 * skipped.
 *
 * <p>For one thread.
 */
public final class EtcdServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String scheme;
    private final List<String> options;
    private final Path directory;
    private final int clientPort;
    private final int peerPort;
    private final int healthPort;
    private final Thread lastResort = new Thread(this::destroy, "stop etcd");
    private @Nullable Process process;

    private EtcdServer(String scheme, List<String> options) throws IOException {
        this.scheme = scheme;
        this.options = List.copyOf(options);
        this.directory = Files.createTempDirectory("etcd");
        try (ServerSocket client = loopback();
                ServerSocket peer = loopback();
                ServerSocket health = loopback()) {
            clientPort = client.getLocalPort();
            peerPort = peer.getLocalPort();
            healthPort = health.getLocalPort();
        }
    }

    /** An etcd that answers, without TLS or users. */
    public static EtcdServer start() {
        return start("http", List.of());
    }

    /**
     * An etcd that answers over TLS, to clients that show a certificate.
     *
     * @param certificate PEM; the server's own, and the one that has to have signed the clients'
     * @param key PEM, the certificate's private key
     */
    public static EtcdServer startWithTls(Path certificate, Path key) {
        return start(
                "https",
                List.of(
                        "--cert-file=" + certificate,
                        "--key-file=" + key,
                        "--client-cert-auth",
                        "--trusted-ca-file=" + certificate));
    }

    private static EtcdServer start(String scheme, List<String> options) {
        try {
            EtcdServer server = new EtcdServer(scheme, options);
            Runtime.getRuntime().addShutdownHook(server.lastResort);
            server.restart();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients find it, such as {@code http://127.0.0.1:40123}. */
    public String endpoint() {
        return scheme + "://127.0.0.1:" + clientPort;
    }

    /** The port clients connect to. */
    public int port() {
        return clientPort;
    }

    /** Kills it, as a crash would. What it acknowledged is still there after a {@link #restart()}. */
    public void kill() {
        destroy();
    }

    /** Starts it once more where it was, on the same data. */
    public void restart() {
        destroy();
        try {
            process = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            awaitHealth();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Kills it, and keeps a copy of its data as they are now, until it is closed.
     *
     * @return where the copy is, for {@link #restore}
     */
    public Path killAndBackUp() {
        destroy();
        try {
            Path copy = Files.createTempDirectory(directory, "backup");
            copy(directory.resolve("data"), copy);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it, and starts it on the data that were there when {@code backup} was made; all that came later is gone. */
    public void restore(Path backup) {
        destroy();
        try {
            delete(directory.resolve("data"));
            copy(backup, directory.resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        restart();
    }

    /** Stops it in its tracks: connections stay open and nothing is answered until {@link #resume()}. */
    public void pause() {
        signal("-STOP");
    }

    /** Lets it go on. */
    public void resume() {
        signal("-CONT");
    }

    /** Stops it and deletes its data. */
    @Override
    public void close() {
        destroy();
        Runtime.getRuntime().removeShutdownHook(lastResort);
        try {
            delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        // etcd refuses data that others may read.
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private List<String> command() {
        String client = endpoint();
        String peer = "http://127.0.0.1:" + peerPort;
        List<String> command = new ArrayList<>(List.of(
                program(System.getenv()),
                "--name=test",
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=test=" + peer,
                // In plain HTTP and without users, whatever clients have to bring.
                "--listen-metrics-urls=http://127.0.0.1:" + healthPort));
        command.addAll(options);
        return command;
    }

    static String program(Map<String, String> environment) {
        String named = environment.get("ETCD_BIN");
        if (named != null && !named.isEmpty()) {
            return named;
        }
        return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, "etcd"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "these tests need etcd: install Debian's etcd-server, or set ETCD_BIN to the program"));
    }

    private void awaitHealth() throws IOException {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + healthPort + "/health"))
                .timeout(Duration.ofSeconds(2))
                .build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && running().isAlive()) {
            if (isHealthy(http, request)) {
                return;
            }
        }
        String log = Files.readString(log());
        destroy();
        throw new IllegalStateException("etcd did not become healthy within " + PATIENCE + "; it said:\n" + log);
    }

    private boolean isHealthy(HttpClient http, HttpRequest request) throws IOException {
        try {
            try {
                if (http.send(request, BodyHandlers.ofString()).body().contains("\"true\"")) {
                    return true;
                }
            } catch (ConnectException | HttpTimeoutException e) {
                // it does not listen yet
            }
            TimeUnit.MILLISECONDS.sleep(20);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while etcd was starting", e);
        }
    }

    private Path log() {
        return directory.resolve("log");
    }

    private Process running() {
        return Objects.requireNonNull(process, "etcd is not running");
    }

    private void signal(String signal) {
        try {
            int status = new ProcessBuilder(
                            "kill", signal, Long.toString(running().pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill " + signal + " failed with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while signalling etcd", e);
        }
    }

    private void destroy() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            try {
                running.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process = null;
        }
    }

    private static ServerSocket loopback() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }
}
