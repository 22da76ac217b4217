package io.kafscale.jdbc;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;

/** A real PostgreSQL, which asks for a password. */
final class PostgresServer implements TestDatabase {

    static final String PASSWORD = "hunter2-of-postgres";

    private final ServerProcess server;

    private PostgresServer(ServerProcess server) {
        this.server = server;
    }

    static PostgresServer start() throws Exception {
        String initdb = ServerProcess.program("initdb", "POSTGRES_BIN", "postgresql");
        String postgres = ServerProcess.program("postgres", "POSTGRES_BIN", "postgresql");
        ServerProcess server = new ServerProcess("postgres");
        PostgresServer started = new PostgresServer(server);
        String data = server.directory().resolve("data").toString();
        Files.writeString(server.directory().resolve("password"), PASSWORD);
        server.run(server.unprivileged(List.of(
                initdb,
                "--pgdata=" + data,
                "--username=kafscale",
                "--pwfile=password",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync")));
        server.start(
                server.unprivileged(List.of(
                        postgres,
                        "-D",
                        data,
                        "-p",
                        Integer.toString(server.port()),
                        "-h",
                        "127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "fsync=off",
                        "-c",
                        "full_page_writes=off",
                        "-c",
                        "shared_buffers=16MB")),
                started.url("postgres"));
        return started;
    }

    int port() {
        return server.port();
    }

    String url(String name) {
        return url(name, server.port(), PASSWORD);
    }

    static String url(String name, int port, String password) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + name + "?user=kafscale&password=" + password;
    }

    @Override
    public String create(String name) throws Exception {
        try (Connection connection = DriverManager.getConnection(url("postgres"))) {
            connection.createStatement().executeUpdate("CREATE DATABASE " + name);
        }
        return url(name);
    }

    @Override
    public void close() {
        server.close();
    }
}
