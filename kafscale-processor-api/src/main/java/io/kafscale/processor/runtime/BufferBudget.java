package io.kafscale.processor.runtime;

/**
 * The bytes of fetched segments that a processor may hold. An object's size is reserved before it is fetched.
 *
 * <p>A partition that holds nothing could wait for ever while others fill the budget, or meet an object larger than the
 * whole of it: such a partition may exceed the budget by one object, and only one at a time may.
 */
final class BufferBudget {

    private final long limit;
    private long used;
    private long excess;

    BufferBudget(long limit) {
        this.limit = limit;
    }

    /** Reserves {@code bytes}, if there is room. */
    boolean reserve(long bytes, boolean holdsNothing) {
        if (used + bytes <= limit) {
            used += bytes;
            return true;
        }
        if (holdsNothing && excess == 0) {
            used += bytes;
            excess = bytes;
            return true;
        }
        return false;
    }

    void release(long bytes) {
        used -= bytes;
        if (used <= limit) {
            excess = 0;
        }
    }

    long limit() {
        return limit;
    }

    long used() {
        return used;
    }
}
