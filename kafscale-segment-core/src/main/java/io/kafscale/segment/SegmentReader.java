package io.kafscale.segment;

import io.kafscale.segment.ReadOptions.Verification;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A KafScale segment, opened: what its header and footer say, and cursors over its records.
 *
 * <pre>
 * 32 bytes header: magic, version, base offset, message count, time of creation
 * Kafka record batches (format 2) back to back, as the producers sent them
 * 16 bytes footer: CRC-32C over the batches, last offset, magic
 * </pre>
 *
 * <p>It is opened on the whole object, in an array, or on a {@link RangeSource}, of which it fetches only what is asked
 * for. <b>A reader keeps the array it was given and reads it in place.</b> Nobody may write to it while the reader, one of
 * its cursors or a view of theirs is in use; {@link RecordCursor#copy()} makes records that do not depend on it.
 *
 * <p>A reader is thread safe. Its cursors are independent of each other; each is for one thread at a time.
 *
 * <p>The format is that of KafScale's writer, of July 2026. Where its published description differs (it says CRC32), the
 * writer is followed.
 */
public final class SegmentReader {

    private final SegmentFrame frame;
    private final ReadOptions options;
    private final IntFunction<SegmentBytes> bytesUntil;
    private final @Nullable SegmentIndex index;
    private final @Nullable Start start;

    /** Computed at once for a whole segment; for one that is fetched in parts, when first asked for. */
    private volatile @Nullable SegmentSummary summary;

    /** The first batch, where those before it were left out. */
    private record Start(int position, long offset) {}

    private SegmentReader(
            SegmentFrame frame,
            ReadOptions options,
            IntFunction<SegmentBytes> bytesUntil,
            @Nullable SegmentIndex index,
            @Nullable Start start) {
        this.frame = frame;
        this.options = options;
        this.bytesUntil = bytesUntil;
        this.index = index;
        this.start = start;
    }

    /**
     * Opens a whole segment with {@link ReadOptions#defaults()}, so with everything checked but the records inside the
     * batches; these are checked as a cursor reaches them.
     *
     * @param name what the object is called in messages, usually its key; when it ends in {@code segment-N.kfs}, N must be
     *     the segment's base offset
     * @param bytes the object, from its first byte to its last; read in place
     * @throws CorruptSegmentException when the bytes are not a sound segment
     * @throws UnsupportedSegmentException when the segment's version, or a batch's format, is not one that is read
     */
    public static SegmentReader open(String name, byte[] bytes) {
        return open(name, bytes, ReadOptions.defaults());
    }

    /**
     * Opens a whole segment.
     *
     * @param name what the object is called in messages, usually its key; when it ends in {@code segment-N.kfs}, N must be
     *     the segment's base offset
     * @param bytes the object, from its first byte to its last; read in place
     * @param options how much is checked, and how large a batch may be
     * @throws CorruptSegmentException when the bytes are not a sound segment
     * @throws UnsupportedSegmentException when the segment's version, or a batch's format, is not one that is read
     */
    public static SegmentReader open(String name, byte[] bytes, ReadOptions options) {
        return open(name, bytes, bytes.length, options);
    }

    /**
     * Opens a whole segment in an array that may be longer than it, such as one that is used for one object after another.
     *
     * @param name what the object is called in messages, usually its key; when it ends in {@code segment-N.kfs}, N must be
     *     the segment's base offset
     * @param bytes begins with the object, from its first byte to its last; read in place, and no further
     * @param length how many bytes the object has
     * @param options how much is checked, and how large a batch may be
     * @throws IndexOutOfBoundsException when the array is shorter than {@code length}
     * @throws CorruptSegmentException when the bytes are not a sound segment
     * @throws UnsupportedSegmentException when the segment's version, or a batch's format, is not one that is read
     */
    public static SegmentReader open(String name, byte[] bytes, int length, ReadOptions options) {
        Objects.checkFromIndexSize(0, length, bytes.length);
        SegmentFrame.checkLength(name, length);
        SegmentFrame frame = SegmentFrame.parse(name, length, bytes, bytes, length - SegmentFrame.FOOTER_LENGTH);
        boolean full = options.verification() == Verification.FULL;
        if (full) {
            frame.checkName();
            frame.checkBody(bytes);
        }
        SegmentBytes whole = new WholeBytes(bytes, 0);
        SegmentReader segment = new SegmentReader(frame, options, end -> whole, null, null);
        SegmentSummary batches = segment.summary();
        if (full) {
            frame.checkBatches(batches);
        }
        return segment;
    }

    /**
     * Opens the end of a segment, from one of its batches on. What the reader says of batches, strays and timestamps is then
     * of these alone. The checksum over the body cannot be checked, but each batch's own is.
     *
     * <p>Strays cannot be told from batches without those that were left out. So it is opened only when there are none: as
     * many records as offsets, by header and footer.
     *
     * @param name what the object is called in messages, usually its key; when it ends in {@code segment-N.kfs}, N must be
     *     the segment's base offset
     * @param bytes begins with the segment's first {@value SegmentFrame#BODY} bytes, followed by all from {@code position}
     *     on; read in place
     * @param length how many bytes of the array that takes
     * @param position where in the segment the first batch begins that is there, from the segment's index
     * @param offset the batch's base offset, from there too
     * @param options how much is checked, and how large a batch may be
     * @return null when the segment can only be read as a whole
     * @throws IndexOutOfBoundsException when the array is shorter than {@code length}
     * @throws CorruptSegmentException when the bytes are not the end of a sound segment, or the index is not its own
     * @throws UnsupportedSegmentException when the segment's version, or a batch's format, is not one that is read
     */
    public static @Nullable SegmentReader openEnd(
            String name, byte[] bytes, int length, int position, long offset, ReadOptions options) {
        Objects.checkFromIndexSize(0, length, bytes.length);
        int leftOut = position - SegmentFrame.BODY;
        SegmentFrame.checkLength(name, length);
        SegmentFrame.checkLength(name, (long) length + leftOut);
        SegmentFrame frame =
                SegmentFrame.parse(name, length + leftOut, bytes, bytes, length - SegmentFrame.FOOTER_LENGTH);
        if (frame.messageCount() != frame.lastOffset() + 1 - frame.baseOffset()) {
            return null;
        }
        if (options.verification() == Verification.FULL) {
            frame.checkName();
        }
        SegmentBytes end = new WholeBytes(bytes, leftOut);
        SegmentReader segment = new SegmentReader(frame, options, until -> end, null, new Start(position, offset));
        SegmentSummary batches = segment.summary();
        return batches.strayBatches() > 0 || batches.lastOffset() != frame.lastOffset() ? null : segment;
    }

    /**
     * Opens a segment of which only parts will be read. Fetches header and footer; or, when it is small, all of it at once,
     * which is then checked in full.
     *
     * <p>Otherwise {@link Verification#FULL} means what {@link Verification#BATCHES} means, and the name is compared: the
     * checksum over the body cannot be checked, but each batch's own is. A cursor starts at the batch that holds its first
     * offset, as far as the index tells, and fetches no more than about 256 KiB beyond its last.
     *
     * @param name what the object is called in messages, usually its key; when it ends in {@code segment-N.kfs}, N must be
     *     the segment's base offset
     * @param source where the bytes come from; failures of it come out of cursors as {@link java.io.UncheckedIOException}
     * @param index the segment's own, or null to scan from the start
     * @param options how much is checked, and how large a batch may be
     * @throws IOException when header and footer cannot be read
     * @throws CorruptSegmentException when they are not those of a sound segment
     * @throws UnsupportedSegmentException when the segment's version is not one that is read, or it exceeds 2 GiB
     */
    public static SegmentReader open(String name, RangeSource source, @Nullable SegmentIndex index, ReadOptions options)
            throws IOException {
        SegmentFrame.checkLength(name, source.length());
        int length = (int) source.length();
        if (length <= FetchedBytes.PIECE) {
            byte[] bytes = new byte[length];
            source.readRange(0, bytes, 0, length);
            return open(name, bytes, options);
        }
        byte[] header = new byte[SegmentFrame.BODY];
        source.readRange(0, header, 0, header.length);
        byte[] footer = new byte[SegmentFrame.FOOTER_LENGTH];
        source.readRange(length - footer.length, footer, 0, footer.length);
        SegmentFrame frame = SegmentFrame.parse(name, length, header, footer, 0);
        if (options.verification() == Verification.FULL) {
            frame.checkName();
        }
        return new SegmentReader(frame, options, end -> new FetchedBytes(source, end), index, null);
    }

    /** What the object is called in messages. */
    public String name() {
        return frame.name();
    }

    /** The first offset. */
    public long baseOffset() {
        return frame.baseOffset();
    }

    /** The footer's last offset, which may name no record. */
    public long lastOffset() {
        return frame.lastOffset();
    }

    /** The offset expected after this segment: {@link #lastOffset()} + 1, whatever its batches say. */
    public long nextOffset() {
        return frame.lastOffset() + 1;
    }

    /** How many records the header claims; strays are not among them. */
    public int messageCount() {
        return frame.messageCount();
    }

    /** When the broker built the segment, by its clock. */
    public Instant created() {
        return Instant.ofEpochMilli(frame.createdMillis());
    }

    /**
     * The newest timestamp of the batches, in Unix milliseconds; -1 when there is none. Strays do not count. On a
     * {@link RangeSource}, this and the next three fetch all batch headers when the first of them is called.
     */
    public long maxTimestamp() {
        return summary().maxTimestamp();
    }

    /** How many batches there are; strays do not count. */
    public int batchCount() {
        return summary().batches();
    }

    /**
     * Batches without a valid offset, which are never delivered. They come from a produce request that carried several
     * batches for one partition: only the first of them was given its offset.
     */
    public int strayBatches() {
        return summary().strayBatches();
    }

    /** Records of the stray batches, as their headers count them. */
    public long strayRecords() {
        return summary().strayRecords();
    }

    /** A cursor before the first record. */
    public RecordCursor cursor() {
        return cursor(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * A cursor over the records with {@code fromOffset <= offset < untilOffset}. Batches that lie outside are skipped by
     * their headers: neither checked against their checksum nor inflated.
     */
    public RecordCursor cursor(long fromOffset, long untilOffset) {
        return new RecordCursor(this, batches(fromOffset, untilOffset), fromOffset, untilOffset, Long.MIN_VALUE);
    }

    /**
     * The offset of the first record, in the order of offsets, whose timestamp is {@code timestampMillis} (Unix
     * milliseconds) or later; empty when all are earlier. Only batches that may hold it are inflated.
     */
    public OptionalLong offsetAt(long timestampMillis) {
        try (RecordCursor records =
                new RecordCursor(this, batches(), Long.MIN_VALUE, Long.MAX_VALUE, timestampMillis)) {
            while (records.next()) {
                if (records.timestamp() >= timestampMillis) {
                    return OptionalLong.of(records.offset());
                }
            }
            return OptionalLong.empty();
        }
    }

    SegmentFrame frame() {
        return frame;
    }

    ReadOptions options() {
        return options;
    }

    /** All batches. */
    BatchWalk batches() {
        return walk(this::hasHolesBetweenBatches);
    }

    private BatchWalk walk(BooleanSupplier holesBetweenBatches) {
        BatchWalk batches = new BatchWalk(frame, bytesUntil.apply(frame.bodyEnd()), holesBetweenBatches);
        if (start != null) {
            batches.startAt(start.position, start.offset);
        }
        return batches;
    }

    private BatchWalk batches(long fromOffset, long untilOffset) {
        if (index == null) {
            return batches();
        }
        int last = index.floor(untilOffset - 1) + 1;
        int end = last < index.size() ? Math.min(index.position(last), frame.bodyEnd()) : frame.bodyEnd();
        BatchWalk batches = new BatchWalk(frame, bytesUntil.apply(end), this::hasHolesBetweenBatches);
        int first = index.floor(fromOffset);
        batches.startAt(index.position(first), index.offset(first));
        return batches;
    }

    private boolean hasHolesBetweenBatches() {
        return summary().holesBetweenBatches();
    }

    /** Compares header and footer with all batches. On a {@link RangeSource} this fetches their headers, once. */
    void checkBatches() {
        frame.checkBatches(summary());
    }

    private SegmentSummary summary() {
        SegmentSummary known = summary;
        if (known == null) {
            known = SegmentSummary.of(frame, this::walk);
            summary = known;
        }
        return known;
    }

    /** Name and offsets, for logs. */
    @Override
    public String toString() {
        return name() + "[" + baseOffset() + ".." + lastOffset() + "]";
    }
}
