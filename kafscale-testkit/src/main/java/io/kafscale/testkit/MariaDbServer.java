package io.kafscale.jdbc;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;

/** A real MariaDB that lets everybody in: without its privilege tables it starts on an empty directory, in no time. */
final class MariaDbServer implements TestDatabase {

    private final ServerProcess server;

    private MariaDbServer(ServerProcess server) {
        this.server = server;
    }

    static MariaDbServer start() throws Exception {
        String mariadbd = ServerProcess.program("mariadbd", "MARIADB_BIN", "mariadb-server");
        ServerProcess server = new ServerProcess("mariadb");
        MariaDbServer started = new MariaDbServer(server);
        Path data = Files.createDirectory(server.directory().resolve("data"));
        server.start(
                server.unprivileged(List.of(
                        mariadbd,
                        "--no-defaults",
                        "--datadir=" + data,
                        "--skip-grant-tables",
                        "--bind-address=127.0.0.1",
                        "--port=" + server.port(),
                        "--socket=" + server.directory().resolve("socket"),
                        "--pid-file=" + server.directory().resolve("pid"),
                        "--innodb-flush-log-at-trx-commit=0",
                        "--innodb-buffer-pool-size=32M")),
                started.url(""));
        return started;
    }

    private String url(String name) {
        return "jdbc:mariadb://127.0.0.1:" + server.port() + "/" + name;
    }

    @Override
    public String create(String name) throws Exception {
        try (Connection connection = DriverManager.getConnection(url(""))) {
            connection.createStatement().executeUpdate("CREATE DATABASE " + name);
        }
        return url(name);
    }

    @Override
    public void close() {
        server.close();
    }
}
