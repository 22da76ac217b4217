package io.kafscale.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real MariaDB that lets everybody in, on a free loopback port and a temporary directory. The program {@code mariadbd} is in
 * the directory that the environment variable {@code MARIADB_BIN} names, or on the PATH; without either, starting fails: tests
 * against a database are not skipped. Its JDBC driver has to be on the class path.
 *
 * <p>For one thread.
 */
public final class MariaDbServer implements AutoCloseable {

    private final DatabaseProcess server = new DatabaseProcess("mariadb");

    private MariaDbServer() {
        try {
            Path data = Files.createDirectory(server.directory().resolve("data"));
            // Without its privilege tables it starts on an empty directory, in no time.
            server.start(
                    List.of(
                            DatabaseProcess.program("mariadbd", "MARIADB_BIN", "mariadb-server"),
                            "--no-defaults",
                            "--datadir=" + data,
                            "--skip-grant-tables",
                            "--bind-address=127.0.0.1",
                            "--port=" + server.port(),
                            "--socket=" + server.directory().resolve("socket"),
                            "--pid-file=" + server.directory().resolve("pid"),
                            "--innodb-flush-log-at-trx-commit=0",
                            "--innodb-buffer-pool-size=32M"),
                    url(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes one and starts it. */
    public static MariaDbServer start() {
        return new MariaDbServer();
    }

    private String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + server.port() + "/" + database;
    }

    /**
     * Makes an empty database.
     *
     * @return its URL
     */
    public String create(String database) {
        DatabaseProcess.create(database, url(""));
        return url(database);
    }

    /** Stops it and deletes its data. */
    @Override
    public void close() {
        server.close();
    }
}
