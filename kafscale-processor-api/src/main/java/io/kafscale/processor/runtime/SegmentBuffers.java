package io.kafscale.processor.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shares the room for fetched segments out among the partitions.
 *
 * <p>A partition that has nothing takes what it needs, or stands in line for it; it may be granted one object more than
 * there is room for ({@link BufferBudget}). To what a partition has already it may add up to an equal share, and beyond that
 * while nobody stands in line and as much is left as it then has; but the last quarter of all is for those that have
 * nothing. So whoever reads slowly, or not at all, keeps neither the others from reading nor more than half.
 */
final class SegmentBuffers {

    /** This part of all is left to partitions that have nothing. */
    private static final int PART_FOR_FIRSTS = 4;

    private final Environment env;
    private final BufferBudget budget;
    private final Deque<BufferShare> line = new ArrayDeque<>();
    private @Nullable BufferShare called;
    private boolean calling;
    private int holders;
    private int underWay;

    /** @param inflated how many bytes of batches are inflated at the moment */
    SegmentBuffers(Environment env, LongSupplier inflated) {
        this.env = env;
        this.budget = new BufferBudget(env.settings().maxBufferedBytes(), inflated);
    }

    BufferShare newShare(Wakeup wakeup) {
        return new BufferShare(this, wakeup);
    }

    /** Reserves room for what is no partition's yet, if that takes nothing from anybody. */
    boolean reserve(long bytes) {
        return line.isEmpty() && budget.reserve(bytes);
    }

    /** {@code isNeeded} says that what the partition has already is of no use without this. */
    boolean reserve(BufferShare share, long bytes, boolean isNeeded) {
        if (share.held() > 0) {
            boolean granted = isFair(share.held() + bytes, bytes) && budget.reserve(bytes);
            if (granted || !isNeeded) {
                return granted;
            }
        }
        boolean first = line.isEmpty()
                || share == called
                || share == line.peekFirst()
                || budget.isExceededBy(share); // for whom all others wait
        boolean granted = first && budget.reserveEvenBeyond(bytes, share);
        if (granted && share.inLine) {
            line.remove(share);
            share.inLine = false;
        } else if (!granted && !share.inLine) {
            share.inLine = true;
            if (share == called) {
                line.addFirst(share);
            } else {
                line.addLast(share);
            }
        }
        return granted;
    }

    private boolean isFair(long wouldHave, long bytes) {
        long equalShare = budget.limit() / (holders + line.size() + 1);
        long left = budget.limit() - budget.used() - bytes;
        boolean isShare = wouldHave <= equalShare || (line.isEmpty() && wouldHave <= left);
        return isShare && left >= budget.limit() / PART_FOR_FIRSTS;
    }

    void counts(boolean held, boolean holds) {
        holders += (holds ? 1 : 0) - (held ? 1 : 0);
    }

    void release(long bytes) {
        budget.release(bytes);
        if (!line.isEmpty() && !calling) {
            calling = true;
            env.at(env.now(), this::callThoseInLine);
        }
    }

    /** In the order in which they came, until one has to wait further. */
    private void callThoseInLine() {
        calling = false;
        BufferShare first = line.pollFirst();
        while (first != null) {
            first.inLine = false;
            called = first;
            first.call();
            called = null;
            if (first.inLine) {
                return;
            }
            first = line.pollFirst();
        }
    }

    // ---- fetches

    /** A fetch was begun; {@link #fetchEnded} ends it, whatever comes of it. */
    void fetchBegun() {
        underWay++;
    }

    void fetchEnded() {
        underWay--;
    }

    /** Whether a further fetch would be made at once, rather than wait for others to end. */
    boolean mayFetchAtOnce() {
        return underWay < env.settings().maxConcurrentFetches();
    }

    long used() {
        return budget.used();
    }
}
