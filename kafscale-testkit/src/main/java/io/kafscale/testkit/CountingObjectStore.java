package io.kafscale.testkit;

import io.kafscale.discovery.FoundObject;
import io.kafscale.discovery.ListPage;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is asked of another store, failed requests too: what a reader costs is part of what it promises. Thread
 * safe, as far as the other is.
 */
public final class CountingObjectStore implements ObjectStore {

    private final ObjectStore store;
    private final AtomicLong lists = new AtomicLong();
    private final AtomicLong folderLists = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();

    /** Counts from 0. */
    public CountingObjectStore(ObjectStore store) {
        this.store = store;
    }

    /** Pages of keys that were listed, but for {@link #folderLists}. */
    public long lists() {
        return lists.get();
    }

    /** Pages of folders that were listed: looks for topics and partitions. */
    public long folderLists() {
        return folderLists.get();
    }

    /** Reads: of whole objects, of ranges, and by name. */
    public long reads() {
        return reads.get();
    }

    /** Sets all counts to 0. */
    public void reset() {
        lists.set(0);
        folderLists.set(0);
        reads.set(0);
    }

    @Override
    public ListPage list(ListRequest request) throws IOException {
        (request.delimited() ? folderLists : lists).incrementAndGet();
        return store.list(request);
    }

    @Override
    public void readRange(ObjectEntry object, long position, byte[] target, int at, int length) throws IOException {
        reads.incrementAndGet();
        store.readRange(object, position, target, at, length);
    }

    @Override
    public byte[] read(ObjectEntry object) throws IOException {
        reads.incrementAndGet();
        return store.read(object);
    }

    @Override
    public void read(ObjectEntry object, byte[] target) throws IOException {
        reads.incrementAndGet();
        store.read(object, target);
    }

    @Override
    public @Nullable FoundObject find(String key, int mostBytes) throws IOException {
        reads.incrementAndGet();
        return store.find(key, mostBytes);
    }

    @Override
    public int maxConcurrentCalls() {
        return store.maxConcurrentCalls();
    }

    @Override
    public Duration pollInterval() {
        return store.pollInterval();
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public void close() {
        store.close();
    }
}
