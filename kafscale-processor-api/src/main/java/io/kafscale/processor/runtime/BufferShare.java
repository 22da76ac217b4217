package io.kafscale.processor.runtime;

/** What one partition has of the buffers. */
final class BufferShare {

    private final SegmentBuffers buffers;
    private final Wakeup wakeup;
    private long held;

    /** Whether it stands in the line of those that have nothing; kept by {@link SegmentBuffers}. */
    boolean inLine;

    BufferShare(SegmentBuffers buffers, Wakeup wakeup) {
        this.buffers = buffers;
        this.wakeup = wakeup;
    }

    /** Reserves room for more, if that is fair, or its turn has come; if not, and it has nothing, it is called. */
    boolean reserve(long bytes) {
        return reserve(bytes, false);
    }

    /** Reserves room for what the partition needs to go on; if its turn has not come, it is called when it has. */
    boolean reserveNeeded(long bytes) {
        return reserve(bytes, true);
    }

    private boolean reserve(long bytes, boolean isNeeded) {
        boolean granted = buffers.reserve(this, bytes, isNeeded);
        if (granted) {
            change(bytes);
        }
        return granted;
    }

    /** Gives room back. */
    void release(long bytes) {
        handOver(bytes);
        buffers.release(bytes);
    }

    /** The partition has no more to do with it, but the room is still taken, and somebody else's to release. */
    void handOver(long bytes) {
        change(-bytes);
    }

    private void change(long bytes) {
        boolean had = held > 0;
        held += bytes;
        buffers.counts(had, held > 0);
    }

    long held() {
        return held;
    }

    void call() {
        wakeup.call();
    }
}
