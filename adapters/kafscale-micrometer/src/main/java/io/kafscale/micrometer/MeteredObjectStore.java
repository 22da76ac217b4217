package io.kafscale.micrometer;

import io.kafscale.discovery.FoundObject;
import io.kafscale.discovery.ListPage;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Meters what is asked of an object store, which is what S3 charges for. In Prometheus:
 *
 * <pre>
 *  kafscale_processor_object_requests_total{kind,outcome}   list, get, range, find; ok, absent, changed, error
 *  kafscale_processor_object_request_seconds{kind}          how long it took until the last byte: a histogram
 *  kafscale_processor_object_read_bytes_total{kind}         bytes of objects that were read
 * </pre>
 *
 * <p>A page of a listing is a request. What a client tries again by itself counts once. {@code absent} is what a find found
 * nothing for, {@code changed} an object that is no longer the one that was listed.
 *
 * <p>Thread safe, as far as the other store is, which is closed with this one.
 */
public final class MeteredObjectStore implements ObjectStore {

    private final ObjectStore store;
    private final RequestMeter lists;
    private final RequestMeter gets;
    private final RequestMeter ranges;
    private final RequestMeter finds;

    private MeteredObjectStore(ObjectStore store, MeterRegistry registry, Tags tags) {
        this.store = store;
        this.lists = new RequestMeter(registry, tags, "list");
        this.gets = new RequestMeter(registry, tags, "get");
        this.ranges = new RequestMeter(registry, tags, "range");
        this.finds = new RequestMeter(registry, tags, "find");
    }

    /** Meters a store; several may share the registry, and are added up. */
    public static MeteredObjectStore of(ObjectStore store, MeterRegistry registry) {
        return of(store, registry, Tags.empty());
    }

    /**
     * Meters a store under more labels.
     *
     * @param tags on every meter; the same keys for all that share the registry
     */
    public static MeteredObjectStore of(ObjectStore store, MeterRegistry registry, Iterable<Tag> tags) {
        return new MeteredObjectStore(
                Objects.requireNonNull(store, "store"), Objects.requireNonNull(registry, "registry"), Tags.of(tags));
    }

    @Override
    public ListPage list(ListRequest request) throws IOException {
        return lists.meter(() -> store.list(request));
    }

    @Override
    public void readRange(ObjectEntry object, long position, byte[] target, int at, int length) throws IOException {
        ranges.meter(() -> {
            store.readRange(object, position, target, at, length);
            return target;
        });
        ranges.read(length);
    }

    @Override
    public byte[] read(ObjectEntry object) throws IOException {
        byte[] content = gets.meter(() -> store.read(object));
        gets.read(content.length);
        return content;
    }

    @Override
    public void read(ObjectEntry object, byte[] target) throws IOException {
        gets.meter(() -> {
            store.read(object, target);
            return target;
        });
        gets.read(object.size());
    }

    @Override
    public @Nullable FoundObject find(String key, int mostBytes) throws IOException {
        FoundObject found = finds.meterSearch(() -> store.find(key, mostBytes));
        byte[] content = found == null ? null : found.content();
        finds.read(content == null ? 0 : content.length);
        return found;
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
