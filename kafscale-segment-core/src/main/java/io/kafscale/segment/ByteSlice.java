package io.kafscale.segment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A run of bytes inside an array that it does not own. <b>Read it while its view is valid; {@link #toBytes()} copies it
 * for longer.</b> Not thread safe.
 */
public final class ByteSlice {

    /** What a view is over before it is over anything. */
    static final byte[] EMPTY = new byte[0];

    private byte[] array;
    private int offset;
    private int length;

    ByteSlice() {
        this(EMPTY, 0, 0);
    }

    ByteSlice(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** Over another array from now on; {@link #moveTo} says where in it. */
    void wrap(byte[] array) {
        this.array = array;
    }

    /** Elsewhere in the same array. A view that shows null has length -1, and is never handed out. */
    void moveTo(int offset, int length) {
        this.offset = offset;
        this.length = length;
    }

    /** The array that holds the bytes, among others. Never write to it. */
    public byte[] array() {
        return array;
    }

    /** Where in {@link #array()} the first byte stands. */
    public int offset() {
        return offset;
    }

    /** How many bytes there are. */
    public int length() {
        return length;
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** The bytes as UTF-8 text; what is not UTF-8 becomes U+FFFD. */
    public String toUtf8() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    /**
     * Copies all bytes into {@code target} from {@code at} on.
     *
     * @return how many were copied
     * @throws IndexOutOfBoundsException when they do not fit
     */
    public int copyTo(byte[] target, int at) {
        System.arraycopy(array, offset, target, at, length);
        return length;
    }

    /** A read-only buffer over the same bytes, as short-lived as this slice. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
    }

    /** A slice of the same bytes that does not move when this one is wrapped anew; it copies no bytes. */
    ByteSlice retained() {
        return new ByteSlice(array, offset, length);
    }

    /** The bytes as UTF-8 text, for logs and tests. */
    @Override
    public String toString() {
        return toUtf8();
    }
}
