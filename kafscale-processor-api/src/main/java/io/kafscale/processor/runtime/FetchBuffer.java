package io.kafscale.processor.runtime;

/**
 * An array out of a {@link BufferPool}, which belongs to whoever fetches a segment into it and then to the partition that
 * keeps the segment. It ends in one of two ways, once. Not thread safe; it is passed on with an event.
 */
public final class FetchBuffer {

    private final BufferPool pool;
    private final byte[] array;
    private boolean ended;

    FetchBuffer(BufferPool pool, byte[] array) {
        this.pool = pool;
        this.array = array;
    }

    /** As long as was asked for, or longer. */
    byte[] array() {
        return array;
    }

    /** How many bytes it has. */
    int bytes() {
        return array.length;
    }

    /** Another segment may be fetched into it from now on. Only when it is certain that nobody can look at it any more. */
    void giveBack() {
        end();
        pool.giveBack(array);
    }

    /** It is left to the garbage collector, since somebody may still look at it, or write to it. */
    void leave() {
        end();
        pool.leave(array);
    }

    private void end() {
        if (ended) {
            throw new IllegalStateException("a buffer was given back twice");
        }
        ended = true;
    }
}
