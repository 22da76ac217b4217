package io.kafscale.segment;

import org.jspecify.annotations.Nullable;

/**
 * The bytes are not what a sound segment or index holds. The message names the object, where in it, what was expected
 * and what was found; the getters say the same to a program.
 *
 * <p>A broker may rewrite an object that was never acknowledged, so bytes that were read while that happened can look
 * corrupt: <b>read the object once more before believing it</b>.
 */
public final class CorruptSegmentException extends RuntimeException {

    /** What {@link #position()} and {@link #offset()} return when there is nothing to say. */
    public static final long UNKNOWN = -1;

    private static final long serialVersionUID = 1L;

    private final String objectName;
    private final long position;
    private final long offset;
    private final @Nullable String expected;
    private final @Nullable String found;

    private CorruptSegmentException(Builder facts, String message) {
        super(message, facts.cause);
        this.objectName = facts.objectName;
        this.position = facts.position;
        this.offset = facts.offset;
        this.expected = facts.expected;
        this.found = facts.found;
    }

    /** The object's name, as it was given when it was opened. */
    public String objectName() {
        return objectName;
    }

    /**
     * The byte of the object at which the damage was noticed, from 0 on, or {@link #UNKNOWN}. Inside a compressed batch it
     * is the byte at which the batch begins.
     */
    public long position() {
        return position;
    }

    /** The record offset at which the damage was noticed, or {@link #UNKNOWN}. */
    public long offset() {
        return offset;
    }

    /** What a sound object would have there, or null. */
    public @Nullable String expected() {
        return expected;
    }

    /** What is there instead, or null. */
    public @Nullable String found() {
        return found;
    }

    static Builder in(String objectName, String problem) {
        return new Builder(objectName, problem);
    }

    /** Collects what is known about the damage. */
    static final class Builder {
        private final String objectName;
        private final String problem;
        private long position = UNKNOWN;
        private long offset = UNKNOWN;
        private @Nullable String expected;
        private @Nullable String found;
        private @Nullable Throwable cause;

        private Builder(String objectName, String problem) {
            this.objectName = objectName;
            this.problem = problem;
        }

        Builder at(long position) {
            this.position = position;
            return this;
        }

        Builder offset(long offset) {
            this.offset = offset;
            return this;
        }

        Builder expected(Object expected, Object found) {
            this.expected = expected.toString();
            this.found = found.toString();
            return this;
        }

        Builder cause(Throwable cause) {
            this.cause = cause;
            return this;
        }

        CorruptSegmentException exception() {
            StringBuilder message = new StringBuilder(objectName).append(": ").append(problem);
            if (position != UNKNOWN) {
                message.append(", at byte ").append(position);
            }
            if (offset != UNKNOWN) {
                message.append(", at offset ").append(offset);
            }
            if (expected != null) {
                message.append(": expected ")
                        .append(expected)
                        .append(", found ")
                        .append(found);
            }
            return new CorruptSegmentException(this, message.toString());
        }
    }
}
