package io.kafscale.checkpoint;

import java.io.IOException;

/** The store declared this member dead; whatever it owned is free or another's. The answer is to join again. */
public final class SessionExpiredException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Says which member, where. */
    public SessionExpiredException(String message) {
        super(message);
    }
}
