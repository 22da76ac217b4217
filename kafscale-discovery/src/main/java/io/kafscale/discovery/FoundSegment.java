package io.kafscale.discovery;

import org.jspecify.annotations.Nullable;

/** A segment that was asked for by its keys, with the content of the {@code .kfs} when that is small. */
public final class FoundSegment {

    private final ListedSegment listed;
    private final byte @Nullable [] content;

    FoundSegment(ListedSegment listed, byte @Nullable [] content) {
        this.listed = listed;
        this.content = content;
    }

    /** Both halves, as a listing would show them. */
    public ListedSegment listed() {
        return listed;
    }

    /** All bytes of the {@code .kfs}, not copied, or null when they were more than wanted. */
    public byte @Nullable [] content() {
        return content;
    }

    @Override
    public String toString() {
        return listed + (content == null ? "" : ", with its content");
    }
}
