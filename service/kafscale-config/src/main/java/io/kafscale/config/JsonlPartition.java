package io.kafscale.config;

import io.kafscale.processor.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file that a partition is written to, when there is one. Thread safe: the clock that finishes old files comes too. */
final class JsonlPartition {

    private static final Logger LOG = LoggerFactory.getLogger(JsonlSink.class);

    private final Path directory;
    private final long maxBytes;
    private @Nullable JsonlFile file;

    JsonlPartition(Path directory, long maxBytes) {
        this.directory = directory;
        this.maxBytes = maxBytes;
    }

    synchronized void write(RecordBatch batch) throws IOException {
        JsonlFile current = file;
        if (current != null && current.epoch() != batch.context().epoch()) {
            finish(); // it was another's in between
            current = null;
        }
        if (current != null && current.isGone()) {
            LOG.warn("{} was removed while it was written; what was in it is lost, and the next file begun", current);
            current.abandon();
            current = null;
        }
        if (current == null) {
            current = JsonlFile.begin(directory, batch);
            file = current;
        }
        current.append(batch);
        if (current.bytes() >= maxBytes) {
            finishConfirmed(current);
        }
    }

    /** The batch is on the disk whatever becomes of the name; the next write, or the clock, tries it again. */
    private void finishConfirmed(JsonlFile full) {
        try {
            finish();
        } catch (IOException e) {
            LOG.warn("{} is full and could not be finished; it grows on", full, e);
        }
    }

    synchronized void finishIfBegunBefore(long nanoTime) throws IOException {
        if (file != null && file.begunAt() - nanoTime < 0) {
            finish();
        }
    }

    synchronized void finish() throws IOException {
        if (file != null) {
            file.finish();
            file = null;
        }
    }
}
