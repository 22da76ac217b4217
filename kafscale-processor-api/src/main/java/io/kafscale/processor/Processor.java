package io.kafscale.processor;

import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A running worker of a group: finds segments, owns partitions, drives the sinks and moves the offsets. Made by
 * {@link ProcessorBuilder#build()}; runs once.
 *
 * <p>Thread safe, and every method may be called from a sink. The stores handed to the builder are closed with it.
 */
public interface Processor extends AutoCloseable {

    /** How long {@link #close()} waits for running writes. */
    Duration DEFAULT_DRAIN_LIMIT = Duration.ofSeconds(30);

    /**
     * Starts processing and returns.
     *
     * @throws IllegalStateException when it was started or closed before
     */
    void start();

    /**
     * Processes until {@link #close()} is called or the JVM is asked to end (SIGTERM, Ctrl-C), then drains.
     *
     * @throws IllegalStateException when it was started or closed before, or ended because an {@link ErrorPolicy} said so or
     *     because of a defect in it
     * @throws InterruptedException when the waiting thread is interrupted; the processor goes on
     */
    void run() throws InterruptedException;

    /**
     * Stops taking up new batches, waits for those being written, commits, gives the partitions back, and ends.
     *
     * <p>A partition whose sink is still busy at the end of {@code limit} is not given back: its lease ends by itself, so
     * that no other worker begins while the write may still arrive. Called from a sink, it only asks for the drain.
     *
     * @return whether everything was given back in time
     */
    boolean drain(Duration limit);

    /** {@link #drain} within {@link #DEFAULT_DRAIN_LIMIT}, then frees threads and stores. Idempotent. */
    @Override
    void close();

    /**
     * Waits until the processor has ended.
     *
     * @return whether it has, within {@code limit}
     * @throws InterruptedException when interrupted
     */
    boolean awaitTermination(Duration limit) throws InterruptedException;

    /**
     * Why it ended without being asked to: what made an {@link ErrorPolicy} stop it, or that there is a defect in it. Null
     * while it runs, and when it was asked to end.
     */
    @Nullable
    String endedBecause();

    /**
     * Hands over nothing more of a partition until {@link #resume}. The lease is kept, and what is being written is finished
     * and committed. Nothing happens when it is paused already; one that is not owned here is paused as soon as it is.
     */
    void pause(TopicPartition partition);

    /** Goes on with a partition that was paused. Nothing happens when it was not. */
    void resume(TopicPartition partition);

    /**
     * Goes on somewhere else in a partition, under a later epoch, after what is being written now. A partition that an error
     * policy stopped goes on too.
     *
     * @return completes with the offset that comes next, once it is decided; exceptionally with an
     *     {@link IllegalStateException} when the partition is not owned by this worker (see {@link CheckpointAdmin#reset} for
     *     one that nobody owns) or is lost meanwhile, or with what kept the position from being found. Do not wait for it
     *     inside a sink
     */
    CompletionStage<Long> seek(TopicPartition partition, StartPosition position);

    /** What it is doing now; after the end, what it did last. */
    ProcessorHealth health();
}
