package io.kafscale.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that a process which ended without warning was writing. */
final class JsonlLeftovers {

    private static final Logger LOG = LoggerFactory.getLogger(JsonlSink.class);
    private static final int BLOCK = 1 << 13;

    private JsonlLeftovers() {}

    /** Finishes those that no living process holds, each up to its last whole line. */
    static void finish(Path directory) throws IOException {
        try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(directory, "*" + JsonlFile.UNFINISHED)) {
            for (Path path : unfinished) {
                if (!JsonlFile.isBeingWritten(path)) {
                    finishUnlessLocked(path);
                }
            }
        }
    }

    private static void finishUnlessLocked(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.tryLock() != null) {
                long end = endOfLastLine(channel);
                channel.truncate(end);
                JsonlFile.finish(path, channel, end);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} was just finished by another process", path, e);
        }
    }

    private static long endOfLastLine(FileChannel file) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        for (long end = file.size(); end > 0; ) {
            long start = Math.max(0, end - BLOCK);
            block.clear().limit((int) (end - start));
            while (block.hasRemaining()) {
                if (file.read(block, start + block.position()) < 0) {
                    throw new IOException("a file became shorter while it was read");
                }
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
}
