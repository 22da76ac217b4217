package io.kafscale.config;

import io.kafscale.processor.RecordBatch;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file being written: {@code orders-0-00000000000000000042-e3.jsonl.tmp}, with topic, partition, first offset and epoch
 * in its name. It is locked, so that no other process takes it for what a crash left. Not thread safe.
 */
final class JsonlFile {

    static final String ENDING = ".jsonl";
    static final String UNFINISHED = ENDING + ".tmp";
    private static final int BUFFER = 1 << 16;

    /** Files of this process: to open and close one would free its lock. */
    private static final Set<Path> BEING_WRITTEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;
    private final long epoch;
    private final long begunAt = System.nanoTime();
    private long confirmed;

    private JsonlFile(Path path, FileChannel channel, long epoch) {
        this.path = path;
        this.channel = channel;
        this.epoch = epoch;
    }

    /** Begins the file for a batch and those after it. */
    static JsonlFile begin(Path directory, RecordBatch batch) throws IOException {
        long epoch = batch.context().epoch();
        String name = String.format(
                Locale.ROOT,
                "%s-%d-%020d-e%d",
                batch.topicPartition().topic(),
                batch.topicPartition().partition(),
                batch.firstOffset(),
                epoch);
        Path path = unused(directory.toAbsolutePath(), name);
        BEING_WRITTEN.add(path);
        try {
            return new JsonlFile(path, create(path), epoch);
        } catch (IOException e) {
            BEING_WRITTEN.remove(path);
            throw e;
        }
    }

    private static FileChannel create(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new IOException(path + " is locked by another process right after it was made");
            }
            syncDirectory(path.resolveSibling("."));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The same offset and epoch come again when offsets are kept in memory, or were set back. */
    private static Path unused(Path directory, String name) {
        String candidate = name;
        for (int i = 2; exists(directory, candidate); i++) {
            candidate = name + "-" + i;
        }
        return directory.resolve(candidate + UNFINISHED);
    }

    private static boolean exists(Path directory, String name) {
        return Files.exists(directory.resolve(name + ENDING)) || Files.exists(directory.resolve(name + UNFINISHED));
    }

    /** Appends a batch and forces it to the disk. After a failure the batch may be appended again. */
    void append(RecordBatch batch) throws IOException {
        // Half of the batch may stand there from an attempt that failed.
        channel.truncate(confirmed).position(confirmed);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
        RecordLines.write(batch, out);
        out.flush();
        channel.force(false);
        confirmed = channel.position();
    }

    long epoch() {
        return epoch;
    }

    /** Whether somebody removed it; what is appended then would be confirmed and in no file. */
    boolean isGone() {
        return Files.notExists(path);
    }

    /** Closes it, to be used no more. */
    void abandon() throws IOException {
        channel.close();
        BEING_WRITTEN.remove(path);
    }

    long bytes() {
        return confirmed;
    }

    /** By {@link System#nanoTime()}. */
    long begunAt() {
        return begunAt;
    }

    /** Gives it its final name; one without a line is removed. May be tried again after a failure. */
    void finish() throws IOException {
        if (channel.isOpen()) {
            channel.truncate(confirmed);
        }
        finish(path, channel, confirmed);
        BEING_WRITTEN.remove(path);
    }

    static boolean isBeingWritten(Path path) {
        return BEING_WRITTEN.contains(path.toAbsolutePath());
    }

    /** Gives a file its final name, and closes it. */
    static void finish(Path path, FileChannel channel, long bytes) throws IOException {
        if (bytes == 0) {
            Files.deleteIfExists(path);
        } else {
            if (channel.isOpen()) {
                channel.force(true);
            }
            String name = path.getFileName().toString();
            Path target = path.resolveSibling(name.substring(0, name.length() - UNFINISHED.length()) + ENDING);
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        }
        channel.close();
        syncDirectory(path.resolveSibling("."));
    }

    /** A name is on the disk only once its directory is. */
    private static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Its path. */
    @Override
    public String toString() {
        return path.toString();
    }
}
