package io.kafscale.processor.runtime;

import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.BatchContext;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The offsets from {@code firstOffset} up to {@code nextOffset}, of one segment or several, transformed. */
public final class SegmentBatch implements RecordBatch {

    private final TopicPlan plan;
    private final Ownership ownership;
    private final List<Portion> portions;
    private final Set<Long> excluded;
    private final long firstOffset;
    private final long nextOffset;
    private final int attempt;
    private final List<TransformingCursor> opened = new ArrayList<>();
    private @Nullable TransformingCursor prepared;
    private volatile LongConsumer confirmations = offset -> {};
    private volatile @Nullable RuntimeException failure;
    private volatile @Nullable SegmentRef damaged;
    private volatile long delivered;
    private volatile long dropped;

    SegmentBatch(TopicPlan plan, Ownership ownership, PendingBatch pending, int attempt) {
        this.plan = plan;
        this.ownership = ownership;
        this.portions = pending.records();
        this.excluded = pending.excluded();
        this.firstOffset = pending.first();
        this.nextOffset = pending.next();
        this.attempt = attempt;
    }

    TopicPlan plan() {
        return plan;
    }

    Ownership ownership() {
        return ownership;
    }

    /** Damage or a failing transform that a cursor met: a sink that swallows it confirms nothing. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }

    void failed(RuntimeException failure) {
        this.failure = failure;
    }

    void damaged(SegmentRef ref, RuntimeException failure) {
        this.damaged = ref;
        this.failure = failure;
    }

    /** The segment whose bytes are bad, or null when none of them was found to be. */
    @Nullable
    SegmentRef damaged() {
        return damaged;
    }

    /** How many records the sink was given, as far as it looked at them; known once the batch is {@link #close() closed}. */
    long delivered() {
        return delivered;
    }

    /** How many were passed over on the way; known once the batch is closed. */
    long dropped() {
        return dropped;
    }

    /** Has {@code confirmations} called with what the sink confirms before it returns. */
    void onConfirm(LongConsumer confirmations) {
        this.confirmations = confirmations;
    }

    @Override
    public void confirm(long offset) {
        if (offset <= firstOffset || offset > nextOffset) {
            throw new IllegalArgumentException(
                    "offset " + offset + " cannot be confirmed in a batch of offsets " + firstOffset + " to "
                            + (nextOffset - 1) + ": it must be above the first and at most " + nextOffset);
        }
        confirmations.accept(offset);
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
        TransformingCursor cursor = open(plan.transforms(), excluded);
        if (!cursor.findFirst()) {
            return true; // and should the sink look all the same, it looks anew
        }
        synchronized (opened) {
            prepared = cursor;
        }
        return false;
    }

    /** The record at this offset as it stands in the log, or null when there is none. */
    @Nullable
    Record untransformed(long offset) {
        TransformingCursor cursor = open(List.of(), Set.of());
        while (cursor.next()) {
            if (cursor.offset() >= offset) {
                return cursor.offset() == offset ? cursor.copy() : null;
            }
        }
        return null;
    }

    @Override
    public BatchCursor cursor() {
        synchronized (opened) {
            TransformingCursor first = prepared;
            prepared = null;
            return first == null ? open(plan.transforms(), excluded) : first;
        }
    }

    private TransformingCursor open(List<Transform> transforms, Set<Long> without) {
        TransformingCursor cursor = new TransformingCursor(this, portions, transforms, without);
        synchronized (opened) {
            opened.add(cursor);
        }
        return cursor;
    }

    /** Takes back the buffers of all cursors, also of those that were not read to their end. */
    void close() {
        synchronized (opened) {
            for (TransformingCursor cursor : opened) {
                delivered = Math.max(delivered, cursor.delivered());
                dropped = Math.max(dropped, cursor.dropped());
                cursor.close();
            }
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
