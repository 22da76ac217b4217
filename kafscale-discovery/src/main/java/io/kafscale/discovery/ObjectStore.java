package io.kafscale.discovery;

import io.kafscale.segment.RangeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the segments are: a flat, ordered set of keys with an object behind each. Three calls to write and
 * one that may be improved on: small enough to implement for another store in an afternoon.
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

    /**
     * Reads the whole object into the beginning of an array that may be longer, and is used for one object after another.
     * What else the array holds may be anything afterwards, and all of it when this throws. Nothing is written to it once
     * this has returned.
     *
     * <p>Unless it is overridden it copies what {@link #read(ObjectEntry)} returns: right, but twice the memory.
     *
     * @throws ObjectChangedException when the object is gone or is not the one that was listed (its ETag or size differ)
     * @throws IOException when it cannot be read
     * @throws IndexOutOfBoundsException when the array is shorter than the object
     */
    default void read(ObjectEntry object, byte[] target) throws IOException {
        Objects.checkFromIndexSize(0L, object.size(), target.length);
        byte[] content = read(object);
        System.arraycopy(content, 0, target, 0, content.length);
    }

    /**
     * Looks for one object by its key, without listing, and brings along its content when that is small. It serves to look
     * at once where something is expected; that nothing is found there proves nothing.
     *
     * <p>Unless it is overridden it lists, and then reads: right, but no cheaper than listing.
     *
     * @param mostBytes a larger object comes without its content; 0 when only the entry is wanted
     * @return null when there is no such object
     * @throws IOException when it cannot be said whether there is one, or it cannot be read
     */
    default @Nullable FoundObject find(String key, int mostBytes) throws IOException {
        List<ObjectEntry> listed = list(ListRequest.of(key)).objects();
        if (listed.isEmpty() || !listed.get(0).key().equals(key)) {
            return null;
        }
        ObjectEntry entry = listed.get(0);
        if (mostBytes == 0 || entry.size() > mostBytes) {
            return new FoundObject(entry, null);
        }
        try {
            return new FoundObject(entry, read(entry));
        } catch (ObjectChangedException e) {
            return null; // gone again, or another one by now: nothing to go by
        }
    }

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

    /**
     * How many calls really run at once; more wait for others to end. {@link Integer#MAX_VALUE} where there is no limit, or
     * none is known yet: it may become known with the first answer. Who makes more calls than that says so.
     */
    default int maxConcurrentCalls() {
        return Integer.MAX_VALUE;
    }

    /**
     * How long to wait, unless the user says otherwise, before what was listed is listed again for something new. What a
     * listing costs decides; by default 5 seconds.
     */
    default Duration pollInterval() {
        return Duration.ofSeconds(5);
    }

    /** What a person would call this place, such as {@code s3://kafscale-data}; for messages, without secrets. */
    String describe();

    /** Frees what this store opened itself. A client that was handed in stays open. */
    @Override
    default void close() {}
}
