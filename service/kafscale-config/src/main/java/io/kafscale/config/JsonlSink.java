package io.kafscale.config;

import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Sink;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each partition to files of its own, which are named after the first offset in them. While one is written its name
 * ends in {@code .tmp}; a batch is confirmed once it is on the disk; a finished file gets its final name at once and is
 * never written to again. What a crash left is cut behind its last whole line and finished when the directory is opened
 * next. Records that were on the disk, but whose offset was not yet committed, come again in the next file.
 *
 * <p>Thread safe. Several processes may share a directory.
 */
final class JsonlSink implements Sink, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JsonlSink.class);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

    private final Path directory;
    private final long maxBytes;
    private final Duration maxAge;
    private final Map<TopicPartition, JsonlPartition> partitions = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kafscale-jsonl");
        thread.setDaemon(true);
        return thread;
    });

    private @Nullable Future<?> looking;

    private JsonlSink(Path directory, long maxBytes, Duration maxAge) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.maxAge = maxAge;
    }

    /** Finishes what a crash left in the directory, and is ready. */
    static JsonlSink open(Path directory, long maxBytes, Duration maxAge) throws IOException {
        JsonlLeftovers.finish(directory);
        JsonlSink sink = new JsonlSink(directory, maxBytes, maxAge);
        long look = Math.max(1, Math.min(LONGEST_LOOK.toMillis(), maxAge.toMillis()));
        sink.looking = sink.clock.scheduleWithFixedDelay(sink::finishOld, look, look, TimeUnit.MILLISECONDS);
        return sink;
    }

    @Override
    public void write(RecordBatch batch) throws IOException {
        partitions
                .computeIfAbsent(batch.topicPartition(), partition -> new JsonlPartition(directory, maxBytes))
                .write(batch);
    }

    private void finishOld() {
        long begunBefore = System.nanoTime() - maxAge.toNanos();
        for (JsonlPartition partition : partitions.values()) {
            try {
                partition.finishIfBegunBefore(begunBefore);
            } catch (IOException | RuntimeException e) {
                LOG.warn("a file in {} could not be finished, and will be tried again", directory, e);
            }
        }
    }

    /** Finishes all files. No write may be running. */
    @Override
    public void close() {
        if (looking != null) {
            looking.cancel(false);
        }
        clock.shutdown();
        for (JsonlPartition partition : partitions.values()) {
            try {
                partition.finish();
            } catch (IOException e) {
                throw new UncheckedIOException("a file in " + directory + " could not be finished", e);
            }
        }
    }
}
