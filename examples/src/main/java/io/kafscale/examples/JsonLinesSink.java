package io.kafscale.examples;

import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Sink;
import io.kafscale.segment.Record;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Appends records to a file, one line of JSON each. A batch is written as a whole, and is on the disk before
 * {@link #write} returns; what a crash or a full disk left of a half-written one is cut off.
 *
 * <p>Thread safe; partitions take turns.
 */
final class JsonLinesSink implements Sink {

    private final FileChannel file;

    private JsonLinesSink(FileChannel file) {
        this.file = file;
    }

    /** Opens a file, made when it is not there, to write on where it ends. */
    static JsonLinesSink open(Path path) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        file.truncate(endOfLastLine(file));
        return new JsonLinesSink(file);
    }

    @Override
    public void write(RecordBatch batch) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Record record : batch) {
            lines.append(OutputLine.of(batch.topicPartition().partition(), record)
                            .toJson())
                    .append('\n');
        }
        append(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private synchronized void append(ByteBuffer lines) throws IOException {
        long end = file.size();
        try {
            for (long position = end; lines.hasRemaining(); ) {
                position += file.write(lines, position);
            }
            file.force(false);
        } catch (IOException e) {
            // The batch will come again, and must not follow half of itself.
            file.truncate(end);
            throw e;
        }
    }

    /** No write may be running. */
    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing the output failed", e);
        }
    }

    private static long endOfLastLine(FileChannel file) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        for (long end = file.size(); end > 0; end--) {
            one.clear();
            file.read(one, end - 1);
            if (one.get(0) == '\n') {
                return end;
            }
        }
        return 0;
    }
}
