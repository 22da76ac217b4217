package io.kafscale.processor;

import java.time.Duration;

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

    /** What it is doing now; after the end, what it did last. */
    ProcessorHealth health();
}
