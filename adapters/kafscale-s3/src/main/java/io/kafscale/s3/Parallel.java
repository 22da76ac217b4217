package io.kafscale.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends requests side by side, a few at a time for each call, so that no call waits behind another's. Thread safe. */
final class Parallel implements AutoCloseable {

    /** Well below the 50 connections that a client has unless it was told otherwise. */
    static final int AT_ONCE = 16;

    /** The requests for one item. */
    @FunctionalInterface
    interface Work<T, R> {
        R on(T item) throws IOException;
    }

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kafscale-s3-checkpoints-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Works on all items, with the calling thread and some more.
     *
     * @return the results, in the items' order
     * @throws IOException the first that an item's work threw; the others were worked on nevertheless
     */
    <T, R> List<R> map(List<T> items, Work<T, R> work) throws IOException {
        List<FutureTask<R>> tasks = new ArrayList<>();
        items.forEach(item -> tasks.add(new FutureTask<>(() -> work.on(item))));
        AtomicInteger next = new AtomicInteger();
        Runnable worker = () -> {
            for (int i = next.getAndIncrement(); i < tasks.size(); i = next.getAndIncrement()) {
                tasks.get(i).run();
            }
        };
        try {
            for (int i = 1; i < Math.min(AT_ONCE, tasks.size()); i++) {
                threads.execute(worker);
            }
        } catch (RejectedExecutionException e) {
            // The store was closed; what a session still has to do, the caller's thread does alone.
        }
        worker.run();
        List<R> results = new ArrayList<>();
        for (FutureTask<R> task : tasks) {
            results.add(result(task));
        }
        return results;
    }

    private static <R> R result(FutureTask<R> task) throws IOException {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for S3");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
