package io.kafscale.config;

import io.kafscale.processor.Sink;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/**
 * {@code sink: stdout}: lines of JSON on standard output, for looking on and for pipes. A batch is confirmed once the
 * operating system has taken it.
 */
final class StdoutSinkFactory implements SinkFactory {

    /** Not {@code System.out}, which swallows failures. */
    private static final FileOutputStream STDOUT = new FileOutputStream(FileDescriptor.out);

    @Override
    public String type() {
        return "stdout";
    }

    @Override
    public Sink create(SinkConfig config) {
        return batch -> {
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            RecordLines.write(batch, lines);
            write(lines);
        };
    }

    /** Partitions take turns, whatever mapping they are of. */
    private static void write(ByteArrayOutputStream lines) throws IOException {
        synchronized (STDOUT) {
            lines.writeTo(STDOUT);
        }
    }
}
