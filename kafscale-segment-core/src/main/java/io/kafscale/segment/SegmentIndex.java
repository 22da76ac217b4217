package io.kafscale.segment;

/**
 * A segment's index: where in the {@code .kfs} some of its batches begin. All integers are big-endian.
 *
 * <pre>
 *  0  magic        "IDX\0"
 *  4  version      int16   1
 *  6  entry count  int32
 * 10  interval     int32   messages between entries
 * 14  reserved     int16
 * 16  entries: offset int64, position int32; the batch with that base offset begins at that byte
 * </pre>
 *
 * <p>The first entry is the first batch; offsets and positions ascend. Immutable and thread safe; <b>it keeps the array it
 * was given</b>, which nobody may write to.
 */
public final class SegmentIndex {

    private static final int MAGIC = 0;
    private static final int VERSION = MAGIC + Integer.BYTES;
    private static final int ENTRY_COUNT = VERSION + Short.BYTES;
    private static final int INTERVAL = ENTRY_COUNT + Integer.BYTES;
    private static final int RESERVED = INTERVAL + Integer.BYTES;
    private static final int ENTRIES = RESERVED + Short.BYTES;

    private static final int OFFSET = 0;
    private static final int POSITION = OFFSET + Long.BYTES;
    private static final int ENTRY_LENGTH = POSITION + Integer.BYTES;

    private static final int MAGIC_VALUE = 0x49445800; // "IDX\0"
    private static final int SUPPORTED_VERSION = 1;

    private final String name;
    private final byte[] bytes;

    private SegmentIndex(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
        checkHeader();
        checkEntries();
    }

    /**
     * Reads an index and checks everything in it.
     *
     * @param name what the object is called in messages, usually its key
     * @param bytes the object, from its first byte to its last; read in place
     * @throws CorruptSegmentException when the bytes are not a sound index
     * @throws UnsupportedSegmentException when its version is not one that is read
     */
    public static SegmentIndex parse(String name, byte[] bytes) {
        return new SegmentIndex(name, bytes);
    }

    private void checkHeader() {
        if (bytes.length < ENTRIES) {
            throw CorruptSegmentException.in(name, "too short for an index")
                    .expected("at least " + ENTRIES + " bytes", bytes.length)
                    .exception();
        }
        int magic = BigEndian.getInt(bytes, MAGIC);
        if (magic != MAGIC_VALUE) {
            throw CorruptSegmentException.in(name, "this is not an index")
                    .at(MAGIC)
                    .expected(String.format("%08x", MAGIC_VALUE), String.format("%08x", magic))
                    .exception();
        }
        int version = BigEndian.getShort(bytes, VERSION) & 0xffff;
        if (version != SUPPORTED_VERSION) {
            throw new UnsupportedSegmentException(
                    name, VERSION, "index version " + version + "; only version " + SUPPORTED_VERSION + " is read");
        }
        int room = bytes.length - ENTRIES;
        if (size() < 1 || room % ENTRY_LENGTH != 0 || size() != room / ENTRY_LENGTH) {
            throw CorruptSegmentException.in(name, "the index is not as long as its entry count says")
                    .at(ENTRY_COUNT)
                    .expected(size() + " entries", room + " bytes, of which each takes " + ENTRY_LENGTH)
                    .exception();
        }
    }

    private void checkEntries() {
        if (offset(0) < 0 || position(0) != SegmentFrame.BODY) {
            throw CorruptSegmentException.in(name, "the first entry is not the first batch")
                    .at(ENTRIES)
                    .expected("position " + SegmentFrame.BODY, "offset " + offset(0) + ", position " + position(0))
                    .exception();
        }
        for (int entry = 1; entry < size(); entry++) {
            if (offset(entry) <= offset(entry - 1) || position(entry) <= position(entry - 1)) {
                throw CorruptSegmentException.in(name, "the entries do not ascend")
                        .at(at(entry))
                        .offset(offset(entry))
                        .expected(
                                "more than offset " + offset(entry - 1) + ", position " + position(entry - 1),
                                "offset " + offset(entry) + ", position " + position(entry))
                        .exception();
            }
        }
    }

    /** What the object is called in messages. */
    public String name() {
        return name;
    }

    /** How many entries there are; at least one. */
    public int size() {
        return BigEndian.getInt(bytes, ENTRY_COUNT);
    }

    /** How many messages lie between two entries, at least; what the broker was configured to. */
    public int interval() {
        return BigEndian.getInt(bytes, INTERVAL);
    }

    /** The base offset of the batch that {@code entry} points to, from 0 on. */
    public long offset(int entry) {
        return BigEndian.getLong(bytes, at(entry) + OFFSET);
    }

    /** The byte of the segment at which the batch of {@code entry} begins. */
    public int position(int entry) {
        return BigEndian.getInt(bytes, at(entry) + POSITION);
    }

    private static int at(int entry) {
        return ENTRIES + entry * ENTRY_LENGTH;
    }

    /**
     * The entry from which a scan for {@code offset} starts: the last that does not lie behind it.
     *
     * @return its number; 0 when {@code offset} lies before the first
     */
    public int floor(long offset) {
        int low = 0;
        int high = size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (offset(middle) <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /**
     * Checks that every entry points at a batch of {@code segment} with that base offset. A broker that writes a segment
     * anew under the same name replaces the two objects one after the other, so an index can stand beside a segment that
     * is not its own.
     *
     * @throws CorruptSegmentException when one does not
     */
    public void checkAgainst(SegmentReader segment) {
        BatchWalk batches = segment.batches();
        for (int entry = 0; entry < size(); entry++) {
            boolean found = false;
            while (!found && batches.next() && batches.position() <= position(entry)) {
                found = batches.position() == position(entry) && batches.baseOffset() == offset(entry);
            }
            if (!found) {
                throw CorruptSegmentException.in(name, "the entry points at no such batch of " + segment.name())
                        .at(at(entry))
                        .offset(offset(entry))
                        .exception();
            }
        }
    }

    /** Name and size, for logs. */
    @Override
    public String toString() {
        return name + "[" + size() + " entries]";
    }
}
