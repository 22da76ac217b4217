package io.kafscale.segment;

/** A compression library is not there; the message names the artifact to add. */
final class MissingCodecException extends Exception {
    private static final long serialVersionUID = 1L;

    MissingCodecException(String message, Throwable cause) {
        super(message, cause);
    }
}
