package io.kafscale.jdbc;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
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

/** A database server's process, on a free loopback port and a temporary directory. */
final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final boolean IS_ROOT = System.getProperty("user.name").equals("root");

    private final Path directory;
    private final int port;
    private final Thread lastResort = new Thread(this::stop, "stop the database");
    private Process process;

    ServerProcess(String name) throws IOException {
        // Not in the build's own directory, which nobody but its user may be able to enter.
        directory = Files.createTempDirectory(Path.of("/tmp"), name);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    Path directory() {
        return directory;
    }

    int port() {
        return port;
    }

    /** The program's path: in the directory that the variable names, or on the PATH. */
    static String program(String name, String variable, String debianPackage) {
        String directories = System.getenv().getOrDefault(variable, System.getenv("PATH"));
        return Stream.of(directories.split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("these tests need the program " + name
                        + ", which is not in " + directories + ": install Debian's " + debianPackage + ", or set "
                        + variable + " to the directory it is in; scripts/databases does both"));
    }

    /** The command as a user without privileges, who owns the directory; some servers refuse to be root. */
    List<String> unprivileged(List<String> command) throws IOException, InterruptedException {
        if (!IS_ROOT) {
            return command;
        }
        run(List.of("chown", "-R", "nobody:nogroup", directory.toString()));
        List<String> asNobody =
                new ArrayList<>(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        asNobody.addAll(command);
        return asNobody;
    }

    /** Runs a command to its end. */
    void run(List<String> command) throws IOException, InterruptedException {
        if (launch(command).waitFor() != 0) {
            throw new IllegalStateException(command + " failed; it said:\n" + Files.readString(log()));
        }
    }

    /** Starts the server, and waits until it lets {@code url} connect. */
    void start(List<String> command, String url) throws IOException, InterruptedException {
        process = launch(command);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isConnectable(url)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(command + " does not answer; it said:\n" + Files.readString(log()));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static boolean isConnectable(String url) {
        try {
            DriverManager.getConnection(url).close();
            return true;
        } catch (SQLException e) {
            return false; // not yet
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

    private void stop() {
        if (process == null) {
            return;
        }
        // PostgreSQL is many processes; killed outright, the first would leave the others.
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        Runtime.getRuntime().removeShutdownHook(lastResort);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
