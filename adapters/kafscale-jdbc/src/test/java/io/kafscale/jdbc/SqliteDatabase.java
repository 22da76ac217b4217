package io.kafscale.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory with a file a database. */
final class SqliteDatabase implements TestDatabase {

    private final Path directory;

    SqliteDatabase() throws IOException {
        directory = Files.createTempDirectory("sqlite");
    }

    @Override
    public String create(String name) {
        return "jdbc:sqlite:" + directory.resolve(name) + "?journal_mode=WAL&synchronous=OFF";
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
