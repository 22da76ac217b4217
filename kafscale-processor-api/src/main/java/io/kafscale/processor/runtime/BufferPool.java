package io.kafscale.processor.runtime;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Arrays for fetched segments, used again and again. They come in size classes, eight to each power of two, so that no more
 * than an eighth of one is wasted. Those in use and those that lie idle have no more bytes together than may be buffered, as
 * long as those in use alone do not.
 *
 * <p>With assertions enabled an array is filled with {@link #POISON} when it comes back, so that who still looks at it sees
 * damage; and it is looked at when it goes out again, so that who has written to it meanwhile is found out.
 *
 * <p>Thread safe.
 */
final class BufferPool {

    static final byte POISON = (byte) 0xdb;

    private static final boolean POISONS = BufferPool.class.desiredAssertionStatus();

    /** What the JVM puts before an array's bytes. With it an array fills its class, and so whole regions of the heap. */
    private static final int ARRAY_HEADER = 16;

    private static final int LEAST_CAPACITY = 256 - ARRAY_HEADER;
    private static final int STEP_BITS = 3;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final long limit;
    private final NavigableMap<Integer, Deque<byte[]>> idle = new TreeMap<>();
    private long idleBytes;
    private long bytesOut;
    private int out;

    BufferPool(long limit) {
        this.limit = limit;
    }

    /** How many bytes an array has that takes {@code size} bytes; so many are to be reserved. */
    static long capacity(long size) {
        if (size <= LEAST_CAPACITY || size >= LARGEST_ARRAY) {
            return Math.max(LEAST_CAPACITY, size);
        }
        long inHeap = size + ARRAY_HEADER;
        long step = Long.highestOneBit(inHeap - 1) >> STEP_BITS;
        return Math.min(LARGEST_ARRAY, (inHeap + step - 1) / step * step - ARRAY_HEADER);
    }

    /** An array for {@code size} bytes, with anything in it. The caller has it until it gives it back, or leaves it. */
    FetchBuffer take(int size) {
        int capacity = (int) capacity(size);
        byte[] array = takeIdle(capacity);
        return new FetchBuffer(this, array == null ? new byte[capacity] : array);
    }

    private synchronized byte @Nullable [] takeIdle(int capacity) {
        out++;
        bytesOut += capacity;
        Deque<byte[]> same = idle.get(capacity);
        byte[] array = same == null ? null : remove(capacity, same);
        while (!idle.isEmpty() && bytesOut + idleBytes > limit) {
            remove(idle.lastKey(), idle.lastEntry().getValue());
        }
        if (POISONS && array != null && !isPoisoned(array)) {
            throw new IllegalStateException(
                    "a buffer of " + capacity + " bytes was written to after it was given back");
        }
        return array;
    }

    private byte[] remove(int capacity, Deque<byte[]> same) {
        byte[] array = same.pop();
        idleBytes -= capacity;
        if (same.isEmpty()) {
            idle.remove(capacity);
        }
        return array;
    }

    synchronized void giveBack(byte[] array) {
        leave(array);
        if (bytesOut + idleBytes + array.length <= limit) {
            if (POISONS) {
                Arrays.fill(array, POISON);
            }
            idle.computeIfAbsent(array.length, capacity -> new ArrayDeque<>()).push(array);
            idleBytes += array.length;
        }
    }

    synchronized void leave(byte[] array) {
        out--;
        bytesOut -= array.length;
    }

    /** How many arrays are in use. */
    synchronized int out() {
        return out;
    }

    private static boolean isPoisoned(byte[] array) {
        for (byte found : array) {
            if (found != POISON) {
                return false;
            }
        }
        return true;
    }
}
