package io.kafscale.segment;

/** The last part of a segment's key, {@code segment-} + base offset as 20 digits + {@code .kfs}. */
final class SegmentName {

    /** There is no base offset in the name. */
    static final long NONE = -1;

    private static final String PREFIX = "segment-";
    private static final String SUFFIX = ".kfs";
    private static final int DIGITS = 20;
    private static final int LENGTH = PREFIX.length() + DIGITS + SUFFIX.length();

    private SegmentName() {}

    /** The base offset with which {@code name} ends, or {@link #NONE}. */
    static long baseOffsetIn(String name) {
        int start = name.length() - LENGTH;
        if (start < 0 || !name.endsWith(SUFFIX) || !name.startsWith(PREFIX, start)) {
            return NONE;
        }
        int digits = start + PREFIX.length();
        for (int i = digits; i < digits + DIGITS; i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return NONE;
            }
        }
        try {
            return Long.parseLong(name, digits, digits + DIGITS, 10);
        } catch (NumberFormatException beyondLong) {
            return NONE;
        }
    }
}
