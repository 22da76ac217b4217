package io.kafscale.processor.runtime;

import io.kafscale.processor.BatchContext;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.Record;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The offsets from {@code firstOffset} up to {@code nextOffset} of one segment, filtered. */
public final class SegmentBatch implements RecordBatch {

    private final TopicPlan plan;
    private final Ownership ownership;
    private final SegmentReader segment;
    private final long firstOffset;
    private final long nextOffset;
    private final int attempt;
    private final List<FilteringCursor> opened = new ArrayList<>();
    private @Nullable FilteringCursor prepared;
    private volatile @Nullable RuntimeException failure;

    SegmentBatch(
            TopicPlan plan,
            Ownership ownership,
            SegmentReader segment,
            long firstOffset,
            long nextOffset,
            int attempt) {
        this.plan = plan;
        this.ownership = ownership;
        this.segment = segment;
        this.firstOffset = firstOffset;
        this.nextOffset = nextOffset;
        this.attempt = attempt;
    }

    TopicPlan plan() {
        return plan;
    }

    Ownership ownership() {
        return ownership;
    }

    /** Damage or a failing filter that a cursor met: a sink that swallows it confirms nothing. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }

    void failed(RuntimeException failure) {
        this.failure = failure;
    }

    @Override
    public TopicPartition topicPartition() {
        return ownership.partition();
    }

    @Override
    public long firstOffset() {
        return firstOffset;
    }

    @Override
    public long nextOffset() {
        return nextOffset;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public BatchContext context() {
        return ownership;
    }

    /**
     * Whether there is nothing in it for the sink. What was inflated and decoded to find out is not lost: the first cursor
     * begins with it.
     */
    boolean isEmpty() {
        FilteringCursor cursor = open();
        if (!cursor.findFirst()) {
            return true;
        }
        synchronized (opened) {
            prepared = cursor;
        }
        return false;
    }

    @Override
    public BatchCursor cursor() {
        synchronized (opened) {
            FilteringCursor first = prepared;
            prepared = null;
            return first == null ? open() : first;
        }
    }

    private FilteringCursor open() {
        FilteringCursor cursor = new FilteringCursor(this, segment.cursor(firstOffset, nextOffset), plan.filter());
        synchronized (opened) {
            opened.add(cursor);
        }
        return cursor;
    }

    /** Takes back the buffers of all cursors, also of those that were not read to their end. */
    void close() {
        synchronized (opened) {
            opened.forEach(FilteringCursor::close);
            opened.clear();
        }
    }

    @Override
    public Iterator<Record> iterator() {
        return new Copies(cursor());
    }

    @Override
    public String toString() {
        return topicPartition() + " offsets " + firstOffset + " to " + (nextOffset - 1);
    }

    private static final class Copies implements Iterator<Record> {
        private final BatchCursor cursor;
        private @Nullable Record next;

        Copies(BatchCursor cursor) {
            this.cursor = cursor;
            advance();
        }

        private void advance() {
            next = cursor.next() ? cursor.copy() : null;
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Record next() {
            Record current = next;
            if (current == null) {
                throw new NoSuchElementException("the batch has no more records");
            }
            advance();
            return current;
        }
    }
}
