package io.kafscale.discovery;

import org.jspecify.annotations.Nullable;

/**
 * What a store has under a key that was asked for by name ({@link ObjectStore#find}). Both parts come from one answer, so
 * that the content is that of the entry.
 */
public final class FoundObject {

    private final ObjectEntry entry;
    private final byte @Nullable [] content;

    /**
     * An object, with its content or without.
     *
     * @param content all of it, not copied; null when it was not wanted
     */
    public FoundObject(ObjectEntry entry, byte @Nullable [] content) {
        this.entry = entry;
        this.content = content;
    }

    /** The object as a listing would show it; what is read of it later is read with its ETag. */
    public ObjectEntry entry() {
        return entry;
    }

    /** All its bytes, not copied, or null when they were more than wanted. */
    public byte @Nullable [] content() {
        return content;
    }

    @Override
    public String toString() {
        return entry + (content == null ? "" : ", with its content");
    }
}
