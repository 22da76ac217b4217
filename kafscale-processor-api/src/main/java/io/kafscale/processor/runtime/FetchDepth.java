package io.kafscale.processor.runtime;

import java.time.Duration;

/**
 * How many segments of a partition are fetched ahead: as many as it takes to keep the sink busy.
 *
 * <p>It doubles when the sink was idle because the next segment was still on its way, while others behind it had not been
 * asked for. It falls by half of what lay there and was not needed at any time in a whole second.
 */
final class FetchDepth {

    /** With more the sink would wait for something else. */
    static final int MOST = 128;

    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long NOTHING = -1;

    private final int least;
    private int depth;

    /** The last one asked for at all, and the last one asked for before the depth was raised. */
    private long asked = NOTHING;

    private long askedBefore = NOTHING;

    private long lookSinceNanos;
    private int leastSpare = Integer.MAX_VALUE;

    FetchDepth(int least, long nowNanos) {
        this.least = least;
        this.depth = least;
        this.lookSinceNanos = nowNanos;
    }

    int depth() {
        return depth;
    }

    /** The segment with this base offset is being fetched. */
    void asked(long baseOffset) {
        asked = Math.max(asked, baseOffset);
    }

    /**
     * The sink is idle, the segment with this base offset is still on its way to it, and more could be. The depth is raised
     * only by a segment that was asked for since it was raised last: an earlier one cannot show what that was good for. Nor
     * can the very first.
     */
    void missed(long baseOffset, long nowNanos) {
        if (baseOffset > askedBefore) {
            if (askedBefore != NOTHING) {
                depth = Math.min(Math.max(least, MOST), depth * 2);
            }
            askedBefore = asked;
            look(nowNanos);
        }
    }

    /** A segment was delivered, and so many others lie there. */
    void delivered(int spare, long nowNanos) {
        leastSpare = Math.min(leastSpare, spare);
        if (nowNanos - lookSinceNanos >= LOOK_NANOS) {
            depth = Math.max(least, depth - leastSpare / 2);
            look(nowNanos);
        }
    }

    private void look(long nowNanos) {
        lookSinceNanos = nowNanos;
        leastSpare = Integer.MAX_VALUE;
    }
}
