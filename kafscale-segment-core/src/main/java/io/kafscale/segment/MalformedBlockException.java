package io.kafscale.segment;

/** Compressed bytes that do not inflate, or to more than is allowed. */
final class MalformedBlockException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedBlockException(String message) {
        super(message);
    }

    MalformedBlockException(String message, Throwable cause) {
        super(message, cause);
    }
}
