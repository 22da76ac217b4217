package io.kafscale.cli;

import java.io.IOException;

/** Nobody reads the output any more, as when it is piped into {@code head}. A reason to end, but no failure. */
final class ClosedPipeException extends IOException {
    private static final long serialVersionUID = 1L;

    ClosedPipeException(IOException cause) {
        super("nobody reads the output any more", cause);
    }
}
