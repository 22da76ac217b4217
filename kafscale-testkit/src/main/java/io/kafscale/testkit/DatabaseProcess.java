package io.kafscale.testkit;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A database server's process, on a free loopback port and a temporary directory. For one thread. */
final class DatabaseProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final boolean IS_ROOT = System.getProperty("user.name").equals("root");

    private final Path directory;
    private final int port;
    private final Thread lastResort = new Thread(this::stop, "stop the database");
    private @Nullable Process process;

    DatabaseProcess(String name) {
        try {
            // Not in the build's own directory, which nobody but its user may be able to enter.
            directory = Files.createTempDirectory(Path.of("/tmp"), name);
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        return Stream.of(directories.split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this needs the program " + name + ", which is not in "
                        + directories + ": install Debian's " + debianPackage + ", or set " + variable
                        + " to the directory it is in"));
    }

    /** Runs a command to its end, as a user without privileges. */
    void run(List<String> command) {
        runAsIs(unprivileged(command));
    }

    private void runAsIs(List<String> command) {
        try {
            if (launch(command).waitFor() != 0) {
                throw new IllegalStateException(command + " failed; it said:\n" + Files.readString(log()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Starts the server, as a user without privileges, and waits until it lets {@code url} connect. */
    void start(List<String> command, String url) {
        Process started = launch(unprivileged(command));
        process = started;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isConnectable(url)) {
            if (!started.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(command + " does not answer; it said:\n" + logged());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw interrupted();
            }
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

    /** Makes an empty database; {@code url} is that of one that is there. */
    static void create(String name, String url) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("the database " + name + " cannot be made: " + e.getMessage(), e);
        }
    }

    /** Some servers refuse to be root: then nobody is to own the directory. */
    private List<String> unprivileged(List<String> command) {
        if (!IS_ROOT) {
            return command;
        }
        runAsIs(List.of("chown", "-R", "nobody:nogroup", directory.toString()));
        List<String> asNobody =
                new ArrayList<>(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        asNobody.addAll(command);
        return asNobody;
    }

    private Process launch(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log() {
        return directory.resolve("log");
    }

    private String logged() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            return "nothing that can be read: " + e;
        }
    }

    /** Has it end by this signal, and waits until it has. */
    void end(String signal) {
        Process running = process;
        if (running == null) {
            return;
        }
        process = null;
        try {
            new ProcessBuilder("kill", signal, Long.toString(running.pid()))
                    .start()
                    .waitFor();
            if (!running.waitFor(10, TimeUnit.SECONDS)) {
                running.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Servers are many processes; killed outright, the first would leave the others. */
    private void stop() {
        end("-TERM");
    }

    private static UncheckedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new UncheckedIOException(new InterruptedIOException("interrupted while a database was waited for"));
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
