package io.kafscale.segment;

import io.kafscale.segment.ReadOptions.Verification;
import org.jspecify.annotations.Nullable;

/**
 * Moves over a segment's records in offset order and shows the current one, without copying and without an object per
 * record. Control batches and strays are passed over. A record is
 *
 * <pre>
 * length varint | attributes int8 | timestamp delta varlong | offset delta varint
 * | key length varint | key | value length varint | value | header count varint | headers
 * </pre>
 *
 * <p><b>Everything taken from the cursor (slices, header cursors) shows the current record and is valid until
 * {@link #next()} or {@link #close()} is called. {@link #copy()} makes a record that stays.</b> Accessors may be called
 * only after {@code next()} returned true.
 *
 * <p>A compressed batch is inflated into a buffer that the cursor borrows from its {@link ReadOptions}. It goes back at
 * the end of the records; {@link #close()} gives it back earlier, when a reader stops half-way. A cursor that is merely
 * dropped leaks nothing, it only leaves less to reuse.
 *
 * <p>Not thread safe; one thread at a time.
 */
public final class RecordCursor implements RecordView, AutoCloseable {

    private static final int NULL = -1;
    private static final int ATTRIBUTES_LENGTH = 1;

    /** Six fields, each of one byte at least. With this many, no first fields can reach beyond {@link VarintReader#SLACK}. */
    private static final int LEAST_LENGTH = 6;

    private final SegmentReader segment;
    private final long fromOffset;
    private final long untilOffset;
    private final long leastTimestamp;
    private final boolean checked;
    private final BatchWalk batches;
    private final VarintReader in = new VarintReader();
    private final ByteSlice key = new ByteSlice();
    private final ByteSlice value = new ByteSlice();
    private final HeaderCursor headers;

    private @Nullable BatchInflater inflater;
    private @Nullable RuntimeException failure;
    private boolean finished;

    // The current batch.
    private byte[] bytes = ByteSlice.EMPTY;
    private int batchEnd;
    private long baseOffset;
    private int lastOffsetDelta;
    private boolean logAppendTime;
    private long batchTimestamp;
    private int remaining;

    // The current record; the reader stands at its end.
    private int offsetDelta;
    private long offset;
    private long timestamp;
    private int headersPosition;

    /** @param leastTimestamp batches with only older records are passed over; in the others, all records are shown */
    RecordCursor(SegmentReader segment, BatchWalk batches, long fromOffset, long untilOffset, long leastTimestamp) {
        this.segment = segment;
        this.batches = batches;
        this.fromOffset = fromOffset;
        this.untilOffset = untilOffset;
        this.leastTimestamp = leastTimestamp;
        this.checked = segment.options().verification() != Verification.NONE;
        this.headers = new HeaderCursor(segment.name());
    }

    /**
     * Moves to the next record; false after the last.
     *
     * @throws CorruptSegmentException when the record, or the batch it begins, is not sound; every further call says so
     *     again
     * @throws IllegalStateException when the batch is compressed by a codec whose library is missing
     * @throws java.io.UncheckedIOException when the reader was opened on a {@link RangeSource} that failed
     */
    public boolean next() {
        do {
            if (remaining == 0 && !nextBatch()) {
                return false;
            }
            readRecord();
        } while (offset < fromOffset);
        if (offset >= untilOffset) {
            close();
            return false;
        }
        return true;
    }

    private boolean nextBatch() {
        if (failure != null) {
            throw failure;
        }
        try {
            while (!finished) {
                checkBatchUsedUp();
                if (!batches.next()) {
                    checkEnd();
                    close();
                } else if (isWanted()) {
                    enterBatch();
                    if (remaining > 0) {
                        return true;
                    }
                }
            }
            return false;
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    /** Bytes after a batch's last record mean that its record count is wrong. */
    private void checkBatchUsedUp() {
        if (in.position() != batchEnd) {
            throw corrupt("bytes follow the batch's last record");
        }
    }

    /** So that damage of what no batch's checksum covers is not taken for strays; those are not among the header's count. */
    private void checkEnd() {
        if (checked) {
            batches.checkEnd();
            if (batches.passedStrays()) {
                segment.checkBatches();
            }
        }
    }

    private boolean isWanted() {
        if (batches.stray()) {
            return false;
        }
        if (batches.baseOffset() >= untilOffset) {
            close();
            return false;
        }
        return batches.lastOffset() >= fromOffset && batches.maxTimestamp() >= leastTimestamp;
    }

    private void enterBatch() {
        batches.load();
        if (checked) {
            batches.checkCrc();
        }
        if (batches.control()) { // only believed after the checksum, or one damaged bit would hide a batch's records
            return;
        }
        baseOffset = batches.baseOffset();
        lastOffsetDelta = batches.lastOffsetDelta();
        logAppendTime = batches.logAppendTime();
        batchTimestamp = logAppendTime ? batches.maxTimestamp() : batches.baseTimestamp();
        offsetDelta = -1;
        offset = baseOffset;
        Compression compression = Compression.of(batches.compressionId());
        if (compression == Compression.NONE) {
            batchEnd = batches.recordsEnd();
            readFrom(batches.array(), batches.recordsFrom());
        } else {
            inflate(compression);
        }
        remaining = batches.recordCount();
    }

    private void inflate(@Nullable Compression compression) {
        if (compression == null) {
            throw CorruptSegmentException.in(segment.name(), "the batch is compressed by an unknown codec")
                    .at(batches.position())
                    .offset(baseOffset)
                    .expected("0 to 4", batches.compressionId())
                    .exception();
        }
        if (inflater == null) {
            inflater = segment.options().inflaters().borrow();
        }
        int from = batches.recordsFrom();
        int length = batches.recordsEnd() - from;
        try {
            batchEnd = inflater.inflate(
                    compression,
                    batches.array(),
                    from,
                    length,
                    segment.options().maxInflatedBytes());
        } catch (MalformedBlockException e) {
            throw CorruptSegmentException.in(segment.name(), "the " + compression.label() + " batch: " + e.getMessage())
                    .at(batches.position())
                    .offset(baseOffset)
                    .cause(e)
                    .exception();
        } catch (MissingCodecException e) {
            throw new IllegalStateException(
                    segment.name() + ": the batch at byte " + batches.position() + " needs " + e.getMessage(), e);
        }
        readFrom(inflater.bytes(), 0);
    }

    /** Storing an array costs more than storing a number, so the views get theirs once a batch. */
    private void readFrom(byte[] bytes, int position) {
        this.bytes = bytes;
        in.reset(bytes, position);
        key.wrap(bytes);
        value.wrap(bytes);
        headers.wrap(bytes);
    }

    private void readRecord() {
        VarintReader in = this.in;
        int length = in.readInt();
        if (length < LEAST_LENGTH || length > batchEnd - in.position()) {
            throw failed(corrupt("the record does not fit into its batch"));
        }
        int end = in.position() + length;
        in.skip(ATTRIBUTES_LENGTH);
        long timestampDelta = in.readLong();
        int delta = in.readInt();
        if (delta <= offsetDelta || delta > lastOffsetDelta) {
            throw failed(corrupt("the record's offset delta is not one that can follow"));
        }
        int keyLength = in.readInt();
        int keyBytes = Math.max(0, keyLength);
        if (keyLength < NULL || keyBytes > end - in.position()) {
            throw failed(corrupt("the record's key does not fit into it"));
        }
        key.moveTo(in.position(), keyLength);
        in.skip(keyBytes);
        int valueLength = in.readInt();
        int valueBytes = Math.max(0, valueLength);
        if (valueLength < NULL || valueBytes > end - in.position() || in.overlong()) {
            throw failed(corrupt("the record's value does not fit into it"));
        }
        value.moveTo(in.position(), valueLength);
        headersPosition = in.position() + valueBytes;
        timestamp = logAppendTime ? batchTimestamp : batchTimestamp + timestampDelta;
        offsetDelta = delta;
        offset = baseOffset + delta;
        in.moveTo(end);
        remaining--;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public long timestamp() {
        return timestamp;
    }

    @Override
    public TimestampType timestampType() {
        return logAppendTime ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
    }

    @Override
    public @Nullable ByteSlice key() {
        return key.length() == NULL ? null : key;
    }

    @Override
    public @Nullable ByteSlice value() {
        return value.length() == NULL ? null : value;
    }

    /**
     * The headers, from the first on: one cursor, started anew by each call.
     *
     * @throws CorruptSegmentException when they do not lie within the record
     */
    @Override
    public HeaderCursor headers() {
        return headers.reset(offset, headersPosition, in.position());
    }

    /** Whether a transactional producer sent the record. Brokers have no transactions: it is delivered all the same. */
    public boolean transactional() {
        return batches.transactional();
    }

    @Override
    public Record copy() {
        headers().check();
        int keyBytes = Math.max(0, key.length());
        int valueBytes = Math.max(0, value.length());
        int headersBytes = in.position() - headersPosition;
        byte[] copy = new byte[keyBytes + valueBytes + headersBytes];
        System.arraycopy(bytes, key.offset(), copy, 0, keyBytes);
        System.arraycopy(bytes, value.offset(), copy, keyBytes, valueBytes);
        System.arraycopy(bytes, headersPosition, copy, keyBytes + valueBytes, headersBytes);
        return new Record(segment.name(), offset, timestamp, timestampType(), copy, key.length(), value.length());
    }

    /** Ends the cursor early and gives its buffer back; needed only by who does not read to the end, and optional then. */
    @Override
    public void close() {
        finished = true;
        remaining = 0;
        in.moveTo(batchEnd);
        if (inflater != null) {
            segment.options().inflaters().giveBack(inflater);
            inflater = null;
        }
    }

    private RuntimeException failed(RuntimeException cause) {
        close();
        finished = false;
        failure = cause;
        return cause;
    }

    /** Damage inside the current batch, after the current record. */
    @SuppressWarnings("ReferenceEquality") // the very array, whatever it holds
    private CorruptSegmentException corrupt(String problem) {
        boolean inPlace = bytes == batches.array();
        String where = inPlace ? "" : " (byte " + in.position() + " of the inflated batch)";
        int behindBatchEnd = batchEnd - in.position();
        return CorruptSegmentException.in(segment.name(), problem + where)
                .at(inPlace ? batches.endPosition() - behindBatchEnd : batches.position())
                .offset(baseOffset + offsetDelta + 1)
                .exception();
    }
}
