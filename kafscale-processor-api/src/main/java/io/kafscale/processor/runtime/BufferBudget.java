package io.kafscale.processor.runtime;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of fetched segments, and of batches inflated from them, that a processor may hold. An object's size is reserved
 * before it is fetched; what is inflated while sinks read is found out as it happens, and leaves less for fetches.
 *
 * <p>A partition that holds nothing could wait for ever while others fill the budget, or meet an object larger than the
 * whole of it; and so could one that needs several segments at once, since they were planned as one batch. Such a partition
 * may exceed the budget, by one object or by what is planned, and only one at a time may.
 */
final class BufferBudget {

    private final long limit;
    private final LongSupplier inflated;
    private long used;
    private @Nullable BufferShare exceeding;

    /** @param inflated how many bytes that is at the moment */
    BufferBudget(long limit, LongSupplier inflated) {
        this.limit = limit;
        this.inflated = inflated;
    }

    /** Reserves {@code bytes}, if there is room. */
    boolean reserve(long bytes) {
        if (used() + bytes > limit) {
            return false;
        }
        used += bytes;
        return true;
    }

    /** Reserves {@code bytes} that {@code share} cannot do without, beyond the limit if nobody else is beyond it. */
    boolean reserveEvenBeyond(long bytes, BufferShare share) {
        if (reserve(bytes)) {
            return true;
        }
        if (exceeding != null && !isExceededBy(share)) {
            return false;
        }
        used += bytes;
        exceeding = share;
        return true;
    }

    /** Whether it is this one that is beyond the limit. */
    boolean isExceededBy(BufferShare share) {
        return share.equals(exceeding);
    }

    void release(long bytes) {
        used -= bytes;
        if (used <= limit) {
            exceeding = null;
        }
    }

    long limit() {
        return limit;
    }

    /** What is reserved or inflated. */
    long used() {
        return used + inflated.getAsLong();
    }
}
