package io.kafscale.processor.runtime;

import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.processor.Stage;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.ForwardingRecordView;
import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.UnsupportedSegmentException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the records of a batch, one segment after the other, passes over what is excluded, has each transformed, and
 * notes for the batch what went wrong.
 */
final class TransformingCursor extends ForwardingRecordView implements BatchCursor {

    private final SegmentBatch batch;
    private final Iterator<Portion> portions;
    private final List<Transform> transforms;
    private final Set<Long> excluded;
    /** Looking for an offset in the set makes an object of it; mostly there is nothing to look for. */
    private final boolean isAnyExcluded;

    private @Nullable Portion portion;
    private @Nullable RecordCursor records;
    private @Nullable RecordView current;
    private boolean onFirst;
    private long delivered;
    private long dropped;

    TransformingCursor(SegmentBatch batch, List<Portion> portions, List<Transform> transforms, Set<Long> excluded) {
        this.batch = batch;
        this.portions = portions.iterator();
        this.transforms = transforms;
        this.excluded = excluded;
        this.isAnyExcluded = !excluded.isEmpty();
    }

    /** Moves to the first record, on which the first call of {@link #next()} then stays. False when there is none. */
    boolean findFirst() {
        onFirst = next();
        return onFirst;
    }

    @Override
    public boolean next() {
        if (onFirst) {
            onFirst = false;
            return true;
        }
        for (RecordCursor record = nextUntransformed(); record != null; record = nextUntransformed()) {
            if (isAnyExcluded && excluded.contains(record.offset())) {
                continue; // put aside, and accounted for as that
            }
            RecordView transformed = transforms.isEmpty() ? record : transformed(record);
            if (transformed != null) {
                current = transformed;
                delivered++;
                return true;
            }
            dropped++;
        }
        return false;
    }

    private @Nullable RecordCursor nextUntransformed() {
        try {
            RecordCursor open = records;
            while (open == null || !open.next()) {
                if (!portions.hasNext()) {
                    return null;
                }
                close();
                portion = portions.next();
                open = portion.cursor();
                records = open;
            }
            return open;
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            batch.damaged(Objects.requireNonNull(portion).ref(), e);
            throw e;
        }
    }

    private @Nullable RecordView transformed(RecordCursor original) {
        try {
            RecordView record = original;
            for (Transform transform : transforms) {
                record = transform.apply(record);
                if (record == null) {
                    return null;
                }
            }
            return record;
        } catch (Exception e) {
            RecordFailedException failure = new RecordFailedException(original.offset(), Stage.TRANSFORM, e);
            batch.failed(failure);
            throw failure;
        }
    }

    @Override
    protected RecordView current() {
        RecordView record = current;
        if (record == null) {
            throw new IllegalStateException("a batch's cursor is on no record before next()");
        }
        return record;
    }

    /** How many records it has stopped at. */
    long delivered() {
        return delivered;
    }

    /** How many it has passed over. */
    long dropped() {
        return dropped;
    }

    void close() {
        if (records != null) {
            records.close();
        }
    }
}
