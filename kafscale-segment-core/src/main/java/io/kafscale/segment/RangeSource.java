package io.kafscale.segment;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An object that is read a part at a time, so that a {@link SegmentReader} need not fetch more of it than it uses: an
 * object in a store, a file, a mapped buffer.
 *
 * <p>All ranges must come from one version of the object; a store sends a condition with each request. A reader never
 * closes its source, and retries nothing. Thread safe when its reader is used by several threads.
 */
public interface RangeSource {

    /** How many bytes the object has. The same at each call. */
    long length();

    /**
     * Reads {@code length} bytes from {@code position} on into {@code target}, from {@code at} on. Called only with ranges
     * that lie within {@link #length()}.
     *
     * @throws IOException when they cannot be read; the message names the object
     */
    void readRange(long position, byte[] target, int at, int length) throws IOException;

    /** A source over the buffer's remaining bytes, which may lie outside the heap. It has a position of its own. */
    static RangeSource of(ByteBuffer buffer) {
        ByteBuffer bytes = buffer.slice();
        return new RangeSource() {
            @Override
            public long length() {
                return bytes.limit();
            }

            @Override
            public void readRange(long position, byte[] target, int at, int length) {
                bytes.get((int) position, target, at, length);
            }
        };
    }
}
