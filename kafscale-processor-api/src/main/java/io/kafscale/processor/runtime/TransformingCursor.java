package io.kafscale.processor.runtime;

import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.processor.Stage;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.Record;
import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.TimestampType;
import io.kafscale.segment.UnsupportedSegmentException;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the records of a batch, one segment after the other, passes over what is excluded, has each transformed, and
 * notes for the batch what went wrong.
 */
final class TransformingCursor implements BatchCursor {

    private final SegmentBatch batch;
    private final Iterator<Portion> portions;
    private final List<Transform> transforms;
    private final Set<Long> excluded;
    /** Looking for an offset in the set makes an object of it; mostly there is nothing to look for. */
    private final boolean isAnyExcluded;

    private Portion portion;
    private RecordCursor records;
    private RecordView current;
    private boolean onFirst;
    private long delivered;
    private long dropped;

    TransformingCursor(SegmentBatch batch, List<Portion> portions, List<Transform> transforms, Set<Long> excluded) {
        this.batch = batch;
        this.portions = portions.iterator();
        this.transforms = transforms;
        this.excluded = excluded;
        this.isAnyExcluded = !excluded.isEmpty();
        this.portion = this.portions.next();
        this.records = portion.cursor();
        this.current = records;
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
        while (nextUntransformed()) {
            if (isAnyExcluded && excluded.contains(records.offset())) {
                continue; // put aside, and accounted for as that
            }
            RecordView transformed = transforms.isEmpty() ? records : transformed();
            if (transformed != null) {
                current = transformed;
                delivered++;
                return true;
            }
            dropped++;
        }
        return false;
    }

    private boolean nextUntransformed() {
        try {
            while (!records.next()) {
                if (!portions.hasNext()) {
                    return false;
                }
                records.close();
                portion = portions.next();
                records = portion.cursor();
            }
            return true;
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            batch.damaged(portion.ref(), e);
            throw e;
        }
    }

    private @Nullable RecordView transformed() {
        try {
            RecordView record = records;
            for (Transform transform : transforms) {
                record = transform.apply(record);
                if (record == null) {
                    return null;
                }
            }
            return record;
        } catch (Exception e) {
            RecordFailedException failure = new RecordFailedException(records.offset(), Stage.TRANSFORM, e);
            batch.failed(failure);
            throw failure;
        }
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
        records.close();
    }

    @Override
    public Record copy() {
        return Transform.copy(current);
    }

    @Override
    public long offset() {
        return current.offset();
    }

    @Override
    public long timestamp() {
        return current.timestamp();
    }

    @Override
    public TimestampType timestampType() {
        return current.timestampType();
    }

    @Override
    public @Nullable ByteSlice key() {
        return current.key();
    }

    @Override
    public @Nullable ByteSlice value() {
        return current.value();
    }

    @Override
    public HeaderCursor headers() {
        return current.headers();
    }
}
