package io.kafscale.segment;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Inflaters that nobody uses at the moment, for whoever is next; a few, with buffers of moderate size, so that idle ones
 * hold little memory. One that is never given back is just garbage. Thread safe.
 */
final class InflaterPool {

    private static final int MOST_KEPT = Math.min(32, 2 * Runtime.getRuntime().availableProcessors());
    private static final int MOST_KEPT_BYTES = 1 << 20;

    private final ArrayBlockingQueue<BatchInflater> idle = new ArrayBlockingQueue<>(MOST_KEPT);
    /** Bytes of those that are in use; each adds to it by which it grows. */
    private final AtomicLong borrowedBytes = new AtomicLong();

    BatchInflater borrow() {
        BatchInflater inflater = idle.poll();
        if (inflater == null) {
            return new BatchInflater(borrowedBytes);
        }
        borrowedBytes.addAndGet(inflater.capacity());
        return inflater;
    }

    void giveBack(BatchInflater inflater) {
        borrowedBytes.addAndGet(-inflater.capacity());
        inflater.trim(MOST_KEPT_BYTES);
        idle.offer(inflater);
    }

    long borrowedBytes() {
        return borrowedBytes.get();
    }
}
