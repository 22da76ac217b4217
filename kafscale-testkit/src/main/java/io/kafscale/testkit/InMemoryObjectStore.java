package io.kafscale.testkit;

import io.kafscale.discovery.FoundObject;
import io.kafscale.discovery.ListPage;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An object store in memory that behaves like S3, counts what is asked of it, and takes its time from the test.
 *
 * <p>As in S3 an ETag is made of the content: an object that is put again with the same bytes is the same object, only
 * younger. Thread safe; each call sees one moment.
 */
public final class InMemoryObjectStore implements ObjectStore {

    /** How many keys S3 shows at once. */
    public static final int DEFAULT_PAGE_SIZE = 1000;

    /** No text holds this non-character, so that all keys of a folder sort before the folder's name with it. */
    private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

    private static final class Stored {
        final byte[] content;
        final ObjectEntry entry;

        Stored(byte[] content, ObjectEntry entry) {
            this.content = content;
            this.entry = entry;
        }
    }

    private final NavigableMap<String, Stored> objects = new TreeMap<>(KEY_ORDER);
    private final InstantSource clock;
    private final int pageSize;

    private long lists;
    private long reads;
    private long finds;
    private long bytesRead;

    /** An empty store on the system's clock, with pages as large as those of S3. */
    public InMemoryObjectStore() {
        this(InstantSource.system(), DEFAULT_PAGE_SIZE);
    }

    /**
     * An empty store.
     *
     * @param clock says when an object was put
     * @param pageSize how many keys and folders a page holds at most, 1 or more
     */
    public InMemoryObjectStore(InstantSource clock, int pageSize) {
        if (pageSize < 1) {
            throw new IllegalArgumentException("a page of " + pageSize + " keys");
        }
        this.clock = clock;
        this.pageSize = pageSize;
    }

    /** Puts an object, or puts another in its place; the bytes are copied. */
    public void put(String key, byte[] content) {
        put(key, content, clock.instant());
    }

    /** Puts an object that was last modified at a given time. */
    public synchronized void put(String key, byte[] content, Instant lastModified) {
        byte[] copy = content.clone();
        objects.put(key, new Stored(copy, new ObjectEntry(key, copy.length, etag(copy), lastModified)));
    }

    /** Deletes an object; says whether there was one. */
    public synchronized boolean delete(String key) {
        return objects.remove(key) != null;
    }

    /** How many pages were listed. */
    public synchronized long lists() {
        return lists;
    }

    /** How many reads there were, of whole objects and of ranges. */
    public synchronized long reads() {
        return reads;
    }

    /** How often an object was looked for by its key, with its content or without. */
    public synchronized long finds() {
        return finds;
    }

    /** How many bytes were read. */
    public synchronized long bytesRead() {
        return bytesRead;
    }

    /** Sets all counts to 0. */
    public synchronized void resetCounts() {
        lists = 0;
        reads = 0;
        finds = 0;
        bytesRead = 0;
    }

    @Override
    public synchronized ListPage list(ListRequest request) {
        lists++;
        String prefix = request.prefix();
        String mark = request.continuation();
        String after = mark != null ? mark : request.startAfter();
        boolean fromPrefix = KEY_ORDER.compare(after, prefix) < 0;
        List<ObjectEntry> found = new ArrayList<>();
        Set<String> folders = new LinkedHashSet<>();
        String last = after;
        for (Stored stored :
                objects.tailMap(fromPrefix ? prefix : after, fromPrefix).values()) {
            String key = stored.entry.key();
            if (!key.startsWith(prefix)) {
                break;
            }
            int slash = request.delimited() ? key.indexOf('/', prefix.length()) : -1;
            String folder = key.substring(0, slash + 1);
            if (folders.contains(folder)) {
                continue;
            }
            if (found.size() + folders.size() == pageSize) {
                return new ListPage(found, List.copyOf(folders), request.continued(last));
            }
            if (slash >= 0) {
                folders.add(folder);
                last = folder + LAST_CHARACTER;
            } else {
                found.add(stored.entry);
                last = key;
            }
        }
        return new ListPage(found, List.copyOf(folders), null);
    }

    @Override
    public synchronized void readRange(ObjectEntry object, long position, byte[] target, int at, int length)
            throws IOException {
        Objects.checkFromIndexSize(at, length, target.length);
        byte[] content = current(object);
        if (position < 0 || position > content.length - length) {
            throw new IOException("%s has %d bytes, not %d from %d on"
                    .formatted(locate(object.key()), content.length, length, position));
        }
        bytesRead += length;
        System.arraycopy(content, (int) position, target, at, length);
    }

    @Override
    public synchronized byte[] read(ObjectEntry object) throws IOException {
        byte[] content = current(object);
        bytesRead += content.length;
        return content.clone();
    }

    @Override
    public synchronized void read(ObjectEntry object, byte[] target) throws IOException {
        Objects.checkFromIndexSize(0L, object.size(), target.length);
        byte[] content = current(object);
        bytesRead += content.length;
        System.arraycopy(content, 0, target, 0, content.length);
    }

    @Override
    public synchronized @Nullable FoundObject find(String key, int mostBytes) {
        finds++;
        Stored stored = objects.get(key);
        if (stored == null) {
            return null;
        }
        boolean wanted = mostBytes > 0 && stored.content.length <= mostBytes;
        bytesRead += wanted ? stored.content.length : 0;
        return new FoundObject(stored.entry, wanted ? stored.content.clone() : null);
    }

    @Override
    public String describe() {
        return "memory";
    }

    private byte[] current(ObjectEntry object) throws ObjectChangedException {
        reads++;
        Stored stored = objects.get(object.key());
        if (stored == null) {
            throw new ObjectChangedException(locate(object.key()), "gone");
        }
        if (!stored.entry.etag().equals(object.etag())) {
            throw new ObjectChangedException(locate(object.key()), "another ETag");
        }
        return stored.content;
    }

    private String locate(String key) {
        return describe() + "/" + key;
    }

    private static String etag(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
