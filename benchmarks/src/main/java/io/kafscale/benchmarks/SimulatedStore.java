package io.kafscale.benchmarks;

import io.kafscale.discovery.FoundObject;
import io.kafscale.discovery.ListPage;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An object store as far away as S3: each call takes 20 ms to the first byte and then comes at 100 MB/s, over as many
 * connections as are used. Its objects lie in memory; several keys may share one array. Thread safe.
 */
final class SimulatedStore implements ObjectStore {

    private static final long FIRST_BYTE_NANOS = 20_000_000;
    private static final long NANOS_PER_BYTE = 10;
    private static final int PAGE_SIZE = 1000;

    private static final class Stored {
        final ObjectEntry entry;
        final byte[] content;

        Stored(ObjectEntry entry, byte[] content) {
            this.entry = entry;
            this.content = content;
        }
    }

    private final NavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>(KEY_ORDER);
    private final AtomicLong firstReadNanos = new AtomicLong();

    /** Puts an object; the array is kept. */
    void put(String key, byte[] content) {
        String etag = Integer.toHexString(key.hashCode()) + "-" + content.length;
        objects.put(key, new Stored(new ObjectEntry(key, content.length, etag, Instant.now()), content));
    }

    /** All segments. */
    List<ObjectEntry> segments() {
        return objects.values().stream()
                .map(stored -> stored.entry)
                .filter(entry -> entry.key().endsWith(".kfs"))
                .toList();
    }

    /** When an object was read for the first time since {@link #resetFirstRead}. */
    long firstReadNanos() {
        return firstReadNanos.get();
    }

    void resetFirstRead() {
        firstReadNanos.set(0);
    }

    @Override
    public ListPage list(ListRequest request) throws IOException {
        long start = System.nanoTime();
        ListPage page = page(request);
        pass(start, 0);
        return page;
    }

    private ListPage page(ListRequest request) {
        String prefix = request.prefix();
        String mark = request.continuation();
        String after = mark == null ? request.startAfter() : mark;
        boolean fromPrefix = KEY_ORDER.compare(after, prefix) < 0;
        List<ObjectEntry> found = new ArrayList<>();
        Set<String> folders = new LinkedHashSet<>();
        String at = fromPrefix ? prefix : after;
        var next = fromPrefix ? objects.ceilingEntry(at) : objects.higherEntry(at);
        while (next != null && next.getKey().startsWith(prefix)) {
            if (found.size() + folders.size() == PAGE_SIZE) {
                return new ListPage(found, List.copyOf(folders), request.continued(at));
            }
            String key = next.getKey();
            int slash = request.delimited() ? key.indexOf('/', prefix.length()) : -1;
            if (slash < 0) {
                found.add(next.getValue().entry);
                at = key;
            } else {
                folders.add(key.substring(0, slash + 1));
                at = key.substring(0, slash) + (char) ('/' + 1);
            }
            next = slash < 0 ? objects.higherEntry(at) : objects.ceilingEntry(at);
        }
        return new ListPage(found, List.copyOf(folders), null);
    }

    @Override
    public void readRange(ObjectEntry object, long position, byte[] target, int at, int length) throws IOException {
        long start = begin();
        System.arraycopy(current(object), Math.toIntExact(position), target, at, length);
        pass(start, length);
    }

    @Override
    public byte[] read(ObjectEntry object) throws IOException {
        long start = begin();
        byte[] content = current(object).clone();
        pass(start, content.length);
        return content;
    }

    @Override
    public void read(ObjectEntry object, byte[] target) throws IOException {
        readRange(object, 0, target, 0, Math.toIntExact(object.size()));
    }

    @Override
    public @Nullable FoundObject find(String key, int mostBytes) throws IOException {
        long start = System.nanoTime();
        Stored stored = objects.get(key);
        boolean wanted = stored != null && mostBytes > 0 && stored.content.length <= mostBytes;
        byte[] content = wanted ? Objects.requireNonNull(stored).content.clone() : null;
        pass(start, content == null ? 0 : content.length);
        return stored == null ? null : new FoundObject(stored.entry, content);
    }

    private long begin() {
        long start = System.nanoTime();
        firstReadNanos.compareAndSet(0, start);
        return start;
    }

    private byte[] current(ObjectEntry object) throws ObjectChangedException {
        Stored stored = objects.get(object.key());
        if (stored == null || !stored.entry.etag().equals(object.etag())) {
            throw new ObjectChangedException(describe() + "/" + object.key(), "gone, or another one");
        }
        return stored.content;
    }

    /** Lets the time pass that a call takes. */
    private static void pass(long startNanos, int bytes) throws IOException {
        long end = startNanos + FIRST_BYTE_NANOS + bytes * NANOS_PER_BYTE;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    @Override
    public String describe() {
        return "simulated";
    }
}
