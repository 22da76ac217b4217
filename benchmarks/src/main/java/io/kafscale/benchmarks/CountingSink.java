package io.kafscale.benchmarks;

import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Sink;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.TopicPartition;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Reads every record of every batch and does nothing with it, and ends when so many were read. Refuses what is out of order. */
final class CountingSink implements Sink {

    private final long expected;
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong sum = new AtomicLong();
    private final Map<TopicPartition, Long> nextOffsets = new ConcurrentHashMap<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile long endNanos;

    CountingSink(long expectedRecords) {
        this.expected = expectedRecords;
    }

    @Override
    public void write(RecordBatch batch) {
        long next = nextOffsets.getOrDefault(batch.topicPartition(), 0L);
        long records = 0;
        long bytes = 0;
        BatchCursor record = batch.cursor();
        while (record.next()) {
            if (record.offset() != next) {
                throw new IllegalStateException(batch.topicPartition() + " is at " + next + ", not " + record.offset());
            }
            next++;
            records++;
            ByteSlice value = record.value();
            bytes += value == null ? 0 : value.array()[value.offset() + value.length() - 1] + value.length();
        }
        nextOffsets.put(batch.topicPartition(), next);
        sum.addAndGet(bytes);
        if (read.addAndGet(records) == expected) {
            endNanos = System.nanoTime();
            done.countDown();
        }
    }

    /** When the last record was read. */
    long awaitEnd() {
        try {
            if (!done.await(5, TimeUnit.MINUTES)) {
                throw new IllegalStateException("only " + read + " of " + expected + " records were read");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return endNanos;
    }
}
