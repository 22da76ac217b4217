package io.kafscale.segment;

import org.jspecify.annotations.Nullable;

/** STUB. */
public final class HeaderCursor {
    HeaderCursor() {}

    /** How many headers the record has. */
    public int count() {
        throw new IllegalStateException();
    }

    /** Moves to the next header; false after the last. */
    public boolean next() {
        throw new IllegalStateException();
    }

    /** The header's name as text. */
    public String key() {
        throw new IllegalStateException();
    }

    /** Whether the header's name is {@code name}, without making a String. */
    public boolean hasKey(String name) {
        throw new IllegalStateException();
    }

    /** The header's value, or null. */
    public @Nullable ByteSlice value() {
        throw new IllegalStateException();
    }
}
