package io.kafscale.segment;

/**
 * A segment's header and footer, checked as far as they can be without the body.
 *
 * <pre>
 *      0  magic          "KAFS"
 *      4  version        int16   1
 *      6  flags          int16   0
 *      8  base offset    int64   the first offset, equal to the one in the object's key
 *     16  message count  int32   the sum of the batches' record counts
 *     20  created        int64   Unix milliseconds
 *     28  reserved       int32
 *     32  body: Kafka record batches back to back, as the producers sent them
 * end-16  CRC-32C        int32   over the body alone
 * end-12  last offset    int64
 * end- 4  footer magic   "END!"
 * </pre>
 *
 * @param name what the object is called in messages
 * @param bodyEnd where the body ends and the footer begins
 */
record SegmentFrame(
        String name, long baseOffset, int messageCount, long createdMillis, int bodyEnd, int bodyCrc, long lastOffset) {

    private static final int MAGIC = 0;
    private static final int VERSION = MAGIC + Integer.BYTES;
    private static final int FLAGS = VERSION + Short.BYTES;
    private static final int BASE_OFFSET = FLAGS + Short.BYTES;
    private static final int MESSAGE_COUNT = BASE_OFFSET + Long.BYTES;
    private static final int CREATED = MESSAGE_COUNT + Integer.BYTES;
    private static final int RESERVED = CREATED + Long.BYTES;

    /** Where the body begins. */
    static final int BODY = RESERVED + Integer.BYTES;

    private static final int FOOTER_CRC = 0;
    private static final int FOOTER_LAST_OFFSET = FOOTER_CRC + Integer.BYTES;
    private static final int FOOTER_MAGIC = FOOTER_LAST_OFFSET + Long.BYTES;

    /** How long the footer is. */
    static final int FOOTER_LENGTH = FOOTER_MAGIC + Integer.BYTES;

    private static final int HEADER_MAGIC_VALUE = 0x4b414653; // "KAFS"
    private static final int FOOTER_MAGIC_VALUE = 0x454e4421; // "END!"
    private static final int SUPPORTED_VERSION = 1;

    /**
     * Reads header and footer.
     *
     * @param length the object's
     * @param header an array that begins with the header
     * @param footer an array that holds the footer, which may be the same
     * @param footerAt where in it the footer begins
     */
    static SegmentFrame parse(String name, int length, byte[] header, byte[] footer, int footerAt) {
        int bodyEnd = length - FOOTER_LENGTH;
        expectMagic(name, MAGIC, HEADER_MAGIC_VALUE, BigEndian.getInt(header, MAGIC), "this is not a segment");
        int version = BigEndian.getShort(header, VERSION) & 0xffff;
        if (version != SUPPORTED_VERSION) {
            throw new UnsupportedSegmentException(
                    name, VERSION, "segment version " + version + "; only version " + SUPPORTED_VERSION + " is read");
        }
        expectMagic(
                name,
                bodyEnd + FOOTER_MAGIC,
                FOOTER_MAGIC_VALUE,
                BigEndian.getInt(footer, footerAt + FOOTER_MAGIC),
                "the segment was cut short, or its footer is damaged");
        SegmentFrame frame = new SegmentFrame(
                name,
                BigEndian.getLong(header, BASE_OFFSET),
                BigEndian.getInt(header, MESSAGE_COUNT),
                BigEndian.getLong(header, CREATED),
                bodyEnd,
                BigEndian.getInt(footer, footerAt + FOOTER_CRC),
                BigEndian.getLong(footer, footerAt + FOOTER_LAST_OFFSET));
        frame.checkOffsets();
        return frame;
    }

    /** What is too short or too long to be a segment is said to be so before anything of it is read. */
    static void checkLength(String name, long length) {
        if (length < BODY + FOOTER_LENGTH) {
            throw CorruptSegmentException.in(name, "too short for a segment")
                    .expected("at least " + (BODY + FOOTER_LENGTH) + " bytes", length)
                    .exception();
        }
        if (length > Integer.MAX_VALUE - VarintReader.SLACK) {
            throw new UnsupportedSegmentException(
                    name, "a segment of " + length + " bytes; its index could not point beyond 2 GiB, so none is read");
        }
    }

    private static void expectMagic(String name, int position, int expected, int found, String problem) {
        if (found != expected) {
            throw CorruptSegmentException.in(name, problem)
                    .at(position)
                    .expected(String.format("%08x", expected), String.format("%08x", found))
                    .exception();
        }
    }

    private void checkOffsets() {
        if (baseOffset < 0) {
            throw CorruptSegmentException.in(name, "the base offset is negative")
                    .at(BASE_OFFSET)
                    .expected("0 or more", baseOffset)
                    .exception();
        }
        if (lastOffset < baseOffset || lastOffset == Long.MAX_VALUE) {
            throw CorruptSegmentException.in(name, "the last offset does not follow the base offset")
                    .at(bodyEnd + FOOTER_LAST_OFFSET)
                    .expected(baseOffset + " or more", lastOffset)
                    .exception();
        }
    }

    /** Compares the base offset with the one in the object's name, if there is one. */
    void checkName() {
        long named = SegmentName.baseOffsetIn(name);
        if (named != SegmentName.NONE && named != baseOffset) {
            throw CorruptSegmentException.in(name, "the base offset is not the one in the object's name")
                    .at(BASE_OFFSET)
                    .expected(named, baseOffset)
                    .exception();
        }
    }

    /** Compares the checksum with the body, in the array that holds the whole object. */
    void checkBody(byte[] bytes) {
        int actual = Crc32c.of(bytes, BODY, bodyEnd - BODY);
        if (bodyCrc != actual) {
            throw CorruptSegmentException.in(name, "the CRC-32C in the footer does not match the body")
                    .at(bodyEnd + FOOTER_CRC)
                    .expected(Crc32c.format(bodyCrc), Crc32c.format(actual))
                    .exception();
        }
    }

    /** Compares message count and last offset, which no checksum covers, with the batches. */
    void checkBatches(SegmentSummary batches) {
        if (batches.lastOffset() != lastOffset) {
            throw otherEnd(batches.lastOffset());
        }
        if (batches.records() != messageCount) {
            throw CorruptSegmentException.in(name, "the batches do not have as many records as the header says")
                    .at(MESSAGE_COUNT)
                    .expected(messageCount, batches.records())
                    .exception();
        }
    }

    /** The last of the batches is not where the footer says. */
    CorruptSegmentException otherEnd(long found) {
        return CorruptSegmentException.in(name, "the batches do not end at the footer's last offset")
                .at(bodyEnd + FOOTER_LAST_OFFSET)
                .expected(lastOffset, found)
                .exception();
    }
}
