package io.kafscale.segment;

/** The segment is in a version, or holds a batch in a format, that this library does not read. */
public final class UnsupportedSegmentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedSegmentException(String message) {
        super(message);
    }
}
