package io.kafscale.segment;

/** The bytes are not what a sound segment holds. The message says object, byte position, offset, expected, found. */
public final class CorruptSegmentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptSegmentException(String message) {
        super(message);
    }
}
