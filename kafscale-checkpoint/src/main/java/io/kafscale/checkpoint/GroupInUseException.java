package io.kafscale.checkpoint;

import java.io.IOException;

/** What was asked for is only done to a group at rest; the answer is to stop its workers first. */
public final class GroupInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Says which group, and who is using it. */
    public GroupInUseException(String message) {
        super(message);
    }
}
