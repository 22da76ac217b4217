package io.kafscale.examples;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * A file that processes of one machine change one after the other, and never by half. Not for a network file system, whose
 * locks and renames promise less.
 */
final class LockedProperties {

    /** What is done while nobody else does anything. */
    interface Step<T> {
        T apply(Properties content) throws IOException;
    }

    private final Path directory;

    LockedProperties(Path directory) {
        this.directory = directory;
    }

    /** Lets the content be looked at and changed. What was changed is on the disk when this returns. */
    <T> T alone(Step<T> step) throws IOException {
        synchronized (LockedProperties.class) { // the lock on the file is the process's, not the thread's
            Files.createDirectories(directory);
            try (FileChannel channel = FileChannel.open(directory.resolve("lock"), CREATE, WRITE);
                    FileLock lock = channel.lock()) {
                Properties content = new Properties();
                Path file = directory.resolve("checkpoints");
                if (lock.isValid() && Files.exists(file)) {
                    try (Reader reader = Files.newBufferedReader(file)) {
                        content.load(reader);
                    }
                }
                Properties before = (Properties) content.clone();
                T result = step.apply(content);
                if (!content.equals(before)) {
                    replace(file, content);
                }
                return result;
            }
        }
    }

    private void replace(Path file, Properties content) throws IOException {
        Path next = directory.resolve("checkpoints.next");
        try (OutputStream out = Files.newOutputStream(next)) {
            content.store(out, null);
        }
        try (FileChannel written = FileChannel.open(next, WRITE)) {
            written.force(true); // the name must not lead to half of it, even when power fails
        }
        Files.move(next, file, ATOMIC_MOVE);
    }

    @Override
    public String toString() {
        return "the file " + directory.resolve("checkpoints");
    }
}
