package io.kafscale.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * A real PostgreSQL that asks for a password, on a free loopback port and a temporary directory. Its programs are in the
 * directory that the environment variable {@code POSTGRES_BIN} names, or on the PATH; without either, starting fails: tests
 * against a database are not skipped. Its JDBC driver has to be on the class path.
 *
 * <p>For one thread.
 */
public final class PostgresServer implements AutoCloseable {

    /** The password of its one user, kafscale. */
    public static final String PASSWORD = "hunter2-of-postgres";

    private final DatabaseProcess server = new DatabaseProcess("postgres");
    private final List<String> command;

    private PostgresServer(String... settings) {
        String initdb = DatabaseProcess.program("initdb", "POSTGRES_BIN", "postgresql");
        String data = server.directory().resolve("data").toString();
        try {
            Files.writeString(server.directory().resolve("password"), PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.run(List.of(
                initdb,
                "--pgdata=" + data,
                "--username=kafscale",
                "--pwfile=password",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
        command = new ArrayList<>(List.of(
                DatabaseProcess.program("postgres", "POSTGRES_BIN", "postgresql"),
                "-D",
                data,
                "-p",
                Integer.toString(server.port()),
                "-h",
                "127.0.0.1"));
        // What was acknowledged is to outlive the process, not the machine.
        List<String> all = new ArrayList<>(
                List.of("unix_socket_directories=", "fsync=off", "full_page_writes=off", "shared_buffers=16MB"));
        all.addAll(List.of(settings));
        for (String setting : all) {
            command.add("-c");
            command.add(setting);
        }
    }

    /**
     * Makes one and starts it.
     *
     * @param settings of its own, such as {@code max_connections=200}
     */
    public static PostgresServer start(String... settings) {
        PostgresServer server = new PostgresServer(settings);
        server.restart();
        return server;
    }

    /** The port clients connect to. */
    public int port() {
        return server.port();
    }

    /** The URL of a database, with user and password; {@code postgres} is one that is there from the start. */
    public String url(String database) {
        return url(database, server.port(), PASSWORD);
    }

    /** The same through another port, such as a {@link FaultProxy}'s, or with another password. */
    public static String url(String database, int port, String password) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=kafscale&password=" + password;
    }

    /**
     * Makes an empty database.
     *
     * @return its URL
     */
    public String create(String database) {
        DatabaseProcess.create(database, url("postgres"));
        return url(database);
    }

    /** Ends it at once, as a crash would: without a checkpoint. What it acknowledged is there after a {@link #restart()}. */
    public void kill() {
        server.end("-QUIT");
    }

    /** Starts it once more where it was, on the same data. */
    public void restart() {
        kill();
        server.start(command, url("postgres"));
    }

    /** Stops it and deletes its data. */
    @Override
    public void close() {
        server.close();
    }
}
