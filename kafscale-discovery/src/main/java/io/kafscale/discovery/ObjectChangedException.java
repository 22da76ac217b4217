package io.kafscale.discovery;

import java.io.IOException;

/**
 * An object that a listing showed is gone, or is another one now. The answer is to list again; it is never a gap in the
 * offsets.
 */
public final class ObjectChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the object.
     *
     * @param object where it is, as a person would name it
     * @param found what was found instead, such as "gone" or "another ETag"
     */
    public ObjectChangedException(String object, String found) {
        super(object + " changed since it was listed (" + found + "); list again");
    }
}
