package io.kafscale.segment;

/** STUB. */
public final class SegmentReader {
    private SegmentReader() {}

    /** Opens a whole segment, checking header, footer, checksum and the batches' bounds and offsets. */
    public static SegmentReader open(String name, byte[] bytes) {
        throw new IllegalStateException();
    }

    /** The first offset. */
    public long baseOffset() {
        throw new IllegalStateException();
    }

    /** The footer's last offset. */
    public long lastOffset() {
        throw new IllegalStateException();
    }

    /** Unix milliseconds of the newest record, -1 when there is none. */
    public long maxTimestamp() {
        throw new IllegalStateException();
    }

    /** Batches without a valid offset, which are never delivered. */
    public int strayBatches() {
        throw new IllegalStateException();
    }

    /** Records of the stray batches, as their headers count them. */
    public long strayRecords() {
        throw new IllegalStateException();
    }

    /** A cursor before the first record. */
    public RecordCursor cursor() {
        throw new IllegalStateException();
    }

    /** A cursor over the records with {@code fromOffset <= offset < untilOffset}. */
    public RecordCursor cursor(long fromOffset, long untilOffset) {
        throw new IllegalStateException();
    }
}
