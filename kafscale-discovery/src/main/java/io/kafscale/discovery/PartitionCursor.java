package io.kafscale.discovery;

import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.ForwardingRecordView;
import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.UnsupportedSegmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Moves over a partition's records in offset order and shows the current one without copying; made by
 * {@link PartitionReader#cursor()}. One segment at a time is in memory.
 *
 * <p><b>Everything taken from the cursor (slices, header cursors) shows the current record and is valid until
 * {@link #next()} or {@link #close()} is called. {@link #copy()} makes a record that stays.</b> Accessors may be called
 * only after {@code next()} returned true; else they throw {@link IllegalStateException}.
 *
 * <p>Not thread safe; one thread at a time.
 */
public final class PartitionCursor extends ForwardingRecordView implements AutoCloseable {

    private final SegmentSequence segments;
    private @Nullable RecordCursor records;
    private boolean onRecord;
    private boolean closed;
    private long nextOffset;

    PartitionCursor(PartitionReader reader) {
        this.segments = new SegmentSequence(reader);
        this.nextOffset = reader.from();
    }

    /**
     * Moves to the next record; false after the last one that is there now, or before the offset at which the reader ends.
     *
     * @throws IOException when the store fails; calling again goes on where that happened
     * @throws CorruptSegmentException when a segment was listed and read a second time, and is still damaged; it names the
     *     object. Calling again reads it once more; a reader from behind it gets past it
     * @throws UnsupportedSegmentException as above, when a segment is in a format that is not read
     * @throws IllegalStateException when a batch is compressed by a codec whose library is missing, or after
     *     {@link #close()}
     */
    public boolean next() throws IOException {
        if (closed) {
            throw new IllegalStateException("the cursor is closed");
        }
        onRecord = false;
        while (true) {
            RecordCursor current = records == null ? segments.next(nextOffset) : records;
            records = current;
            if (current == null) {
                return false;
            }
            try {
                if (current.next()) {
                    nextOffset = current.offset() + 1;
                    onRecord = true;
                    return true;
                }
                nextOffset = segments.completed();
                records = null;
            } catch (CorruptSegmentException | UnsupportedSegmentException e) {
                records = null;
                segments.damaged(e);
            } catch (UncheckedIOException e) {
                records = null;
                if (e.getCause() instanceof ObjectChangedException changed) {
                    segments.changed(changed);
                } else {
                    throw e.getCause();
                }
            }
        }
    }

    /**
     * Where a later reader goes on: the offset after the current record, and after the last one that which follows the log
     * as far as it was read, or at which the reader ends.
     */
    public long nextOffset() {
        return nextOffset;
    }

    /** Whether a transactional producer sent the record. Brokers have no transactions: it is delivered all the same. */
    public boolean transactional() {
        return current().transactional();
    }

    /** Ends the cursor and frees what it holds. The store stays open. */
    @Override
    public void close() {
        closed = true;
        onRecord = false;
        if (records != null) {
            records.close();
            records = null;
        }
    }

    @Override
    protected RecordCursor current() {
        if (records == null || !onRecord) {
            throw new IllegalStateException("there is no current record; next() has not returned true");
        }
        return records;
    }
}
