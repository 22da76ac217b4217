package io.kafscale.discovery;

import io.kafscale.segment.RangeSource;
import java.io.IOException;
import java.util.Comparator;

/**
 * Where the segments are: a flat, ordered set of keys with an object behind each. Four calls, small enough to implement
 * for another store in an afternoon.
 *
 * <p><b>Absence and failure are different things.</b> Only a listing says what is there. Whatever keeps a call from being
 * answered (a timeout, 503, no permission) is an {@link IOException} that names the object or endpoint; it never means
 * that an object is missing. An implementation retries nothing that its caller could not: callers retry.
 *
 * <p>Thread safe: any number of threads call at once. Calls block, and should end when their thread is interrupted.
 */
public interface ObjectStore extends AutoCloseable {

    /** The order of keys in every listing: that of their UTF-8 bytes, which is not that of {@link String#compareTo}. */
    Comparator<String> KEY_ORDER = KeyOrder::compare;

    /**
     * One page of keys in {@link #KEY_ORDER}.
     *
     * @throws IOException when the store cannot be reached or refuses
     */
    ListPage list(ListRequest request) throws IOException;

    /**
     * Reads {@code length} bytes from {@code position} on into {@code target}, from {@code at} on.
     *
     * @throws ObjectChangedException when the object is gone or is not the one that was listed (its ETag differs)
     * @throws IOException when it cannot be read, or has no such range
     */
    void readRange(ObjectEntry object, long position, byte[] target, int at, int length) throws IOException;

    /**
     * Reads the whole object.
     *
     * @throws ObjectChangedException when the object is gone or is not the one that was listed (its ETag or size differ)
     * @throws IOException when it cannot be read
     */
    byte[] read(ObjectEntry object) throws IOException;

    /** The object as a {@link RangeSource}, of which segments can be read in part. It reads by {@link #readRange}. */
    default RangeSource ranges(ObjectEntry object) {
        return new RangeSource() {
            @Override
            public long length() {
                return object.size();
            }

            @Override
            public void readRange(long position, byte[] target, int at, int length) throws IOException {
                ObjectStore.this.readRange(object, position, target, at, length);
            }
        };
    }

    /** What a person would call this place, such as {@code s3://kafscale-data}; for messages, without secrets. */
    String describe();

    /** Frees what this store opened itself. A client that was handed in stays open. */
    @Override
    default void close() {}
}
