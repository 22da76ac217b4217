package io.kafscale.torture;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL, on a free loopback port and a temporary directory. Its programs are in {@code POSTGRES_BIN}, or on the
 * PATH.
 */
final class PostgresServer implements StoreServer {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final int port;
    private final Thread lastResort = new Thread(this::end, "stop PostgreSQL");
    private @Nullable Process process;

    private PostgresServer(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    static PostgresServer start() throws IOException, InterruptedException {
        // Not in the build's own directory, which nobody but its user may be able to enter.
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "torture-postgres");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        PostgresServer server = new PostgresServer(directory, port);
        Runtime.getRuntime().addShutdownHook(server.lastResort);
        if (isRoot()) {
            server.run(List.of("chown", "nobody:nogroup", directory.toString()));
        }
        server.run(unprivileged(List.of(
                program("initdb"),
                "--pgdata=" + directory.resolve("data"),
                "--username=kafscale",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync")));
        server.recover();
        return server;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String address(int throughPort) {
        return "jdbc:postgresql://127.0.0.1:" + throughPort
                + "/postgres?user=kafscale&connectTimeout=2&loginTimeout=2&cancelSignalTimeout=1";
    }

    @Override
    public boolean canCrash() {
        return true;
    }

    /** Without a checkpoint: what was acknowledged comes back from its log. */
    @Override
    public void crash() throws IOException, InterruptedException {
        Process running = process;
        if (running != null) {
            run(List.of("kill", "-QUIT", Long.toString(running.pid())));
            running.waitFor();
            process = null;
        }
    }

    @Override
    public void recover() throws IOException, InterruptedException {
        Process started = launch(unprivileged(List.of(
                program("postgres"),
                "-D",
                directory.resolve("data").toString(),
                "-p",
                Integer.toString(port),
                "-h",
                "127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "shared_buffers=16MB",
                "-c",
                "max_connections=200",
                // As the documentation advises: a worker that stands still must not keep rows locked.
                "-c",
                "idle_in_transaction_session_timeout=4s")));
        process = started;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isConnectable()) {
            if (!started.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("PostgreSQL does not answer; it said:\n" + Files.readString(log()));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean isConnectable() {
        try {
            DriverManager.getConnection(address(port)).close();
            return true;
        } catch (SQLException e) {
            return false; // not yet
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** PostgreSQL refuses to be root. */
    private static List<String> unprivileged(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        List<String> asNobody =
                new ArrayList<>(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        asNobody.addAll(command);
        return asNobody;
    }

    private static String program(String name) {
        String directories = System.getenv().getOrDefault("POSTGRES_BIN", System.getenv("PATH"));
        return Stream.of(directories.split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the store jdbc needs the program " + name
                        + ", which is not in " + directories
                        + "; scripts/databases installs it and says what to set POSTGRES_BIN to"));
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        if (launch(command).waitFor() != 0) {
            throw new IllegalStateException(command + " failed; it said:\n" + Files.readString(log()));
        }
    }

    private Process launch(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path log() {
        return directory.resolve("log");
    }

    private void end() {
        try {
            crash();
        } catch (IOException e) {
            throw new IllegalStateException("PostgreSQL cannot be stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        end();
        Runtime.getRuntime().removeShutdownHook(lastResort);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
