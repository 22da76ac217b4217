package io.kafscale.processor;

import io.kafscale.segment.TopicPartition;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Appends dead letters to files below a directory, {@code {directory}/{group}/{topic}/{partition}.jsonl}, as one line each;
 * {@link DeadLetters} says how a line looks, and reads them.
 *
 * <p>A line is on the disk before {@link #write} returns. What a crash or a full disk left of one is cut off before the next
 * is appended; its record comes again, and so may one that was kept already. Processors, of this process and of others on the
 * same machine, may share a directory: a file is locked while it is appended to.
 *
 * <p>The directory has to outlive the worker: on a machine that is thrown away, the dead letters go with it. Thread safe;
 * holds nothing open.
 */
public final class FileDeadLetterSink implements DeadLetterSink {

    private static final int BLOCK = 8192;

    /** Windows opens none, and needs no such thing. */
    private static final boolean DIRECTORIES_ARE_FILES = File.separatorChar == '/';

    /** A file's lock is held by the whole process, in which these keep its threads apart. */
    private static final Object[] LOCKS = new Object[64];

    static {
        Arrays.setAll(LOCKS, i -> new Object());
    }

    private final Path directory;

    private FileDeadLetterSink(Path directory) {
        this.directory = directory;
    }

    /**
     * Keeps letters below a directory, which is made when it is not there.
     *
     * @throws IOException when it cannot be
     */
    public static FileDeadLetterSink in(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path real = directory.toRealPath();
        Path parent = real.getParent();
        if (parent != null) {
            sync(parent);
        }
        return new FileDeadLetterSink(real);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException when it is not on the disk; names the file
     */
    @Override
    public void write(DeadLetter letter) throws IOException {
        if (!TopicPartition.isLegalTopic(letter.group())) {
            throw new IllegalArgumentException("\"" + letter.group() + "\" is not a group name");
        }
        Path file = DeadLetterFiles.of(directory, letter);
        ByteBuffer line = ByteBuffer.wrap((DeadLetters.toJson(letter) + "\n").getBytes(StandardCharsets.UTF_8));
        synchronized (LOCKS[Math.floorMod(file.hashCode(), LOCKS.length)]) {
            try {
                append(file, line);
            } catch (IOException e) {
                throw new IOException("cannot write a dead letter to " + file + ": " + e, e);
            }
        }
    }

    private void append(Path file, ByteBuffer line) throws IOException {
        Files.createDirectories(file.resolveSibling(".").normalize());
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.lock(); // until the channel is closed
            long end = endOfLastLine(channel);
            channel.truncate(end);
            if (end == 0) {
                syncPath(file);
            }
            for (long position = end; line.hasRemaining(); ) {
                position += channel.write(line, position);
            }
            channel.force(true);
        }
    }

    private static long endOfLastLine(FileChannel channel) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        for (long end = channel.size(); end > 0; ) {
            long start = Math.max(0, end - BLOCK);
            block.clear().limit((int) (end - start));
            while (block.hasRemaining() && channel.read(block, start + block.position()) >= 0) {
                // A read may give less than is there.
            }
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return start + i + 1;
                }
            }
            end = start;
        }
        return 0;
    }

    /** A name is on the disk only once its directory is: those of the topic and the group, and the one above. */
    private void syncPath(Path file) throws IOException {
        for (Path at = file; !at.equals(directory); at = at.resolveSibling(".").normalize()) {
            sync(at.resolveSibling(".").normalize());
        }
    }

    private static void sync(Path directory) throws IOException {
        if (DIRECTORIES_ARE_FILES) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
