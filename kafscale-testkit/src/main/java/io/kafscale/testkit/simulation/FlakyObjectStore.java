package io.kafscale.testkit.simulation;

import io.kafscale.discovery.FoundObject;
import io.kafscale.discovery.ListPage;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.testkit.InMemoryObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One worker's view of the objects: answers 503 at times, and lists as a real store does, whose pages are not a snapshot.
 * What was written while a listing was under way may be missing from its beginning and there at its end.
 */
final class FlakyObjectStore implements ObjectStore {

    private final InMemoryObjectStore objects;
    private final Faults faults;
    private final CommandClock clock;
    private final Sabotage sabotage;
    private final Map<ListRequest, ListPage> shown = new HashMap<>();

    /** Knows when the command being carried out was begun. */
    interface CommandClock {
        Instant begun();
    }

    FlakyObjectStore(InMemoryObjectStore objects, Faults faults, CommandClock clock, Sabotage sabotage) {
        this.objects = objects;
        this.faults = faults;
        this.clock = clock;
        this.sabotage = sabotage;
    }

    @Override
    public ListPage list(ListRequest request) throws IOException {
        faults.failSometimes(Faults.Kind.OBJECT_STORE_503, 0.03, "listing " + request.prefix());
        ListPage again = sabotage == Sabotage.GAP_BELIEVED_AT_ONCE ? shown.remove(request) : null;
        if (again != null) {
            return again;
        }
        ListPage page = listNow(request);
        if (sabotage == Sabotage.GAP_BELIEVED_AT_ONCE) {
            shown.put(request, page);
        }
        return page;
    }

    private ListPage listNow(ListRequest request) {
        ListPage page = objects.list(request);
        if (page.objects().isEmpty()) {
            return page;
        }
        int seenEarly = faults.between(0, page.objects().size());
        Instant begun = clock.begun();
        List<ObjectEntry> early = page.objects().subList(0, seenEarly).stream()
                .filter(object -> object.lastModified().isBefore(begun))
                .toList();
        List<ObjectEntry> late =
                page.objects().subList(seenEarly, page.objects().size());
        if (early.size() < seenEarly && !late.isEmpty() && faults.happens(Faults.Kind.TORN_LISTING, 0.8)) {
            List<ObjectEntry> torn = new java.util.ArrayList<>(early);
            torn.addAll(late);
            return new ListPage(torn, page.prefixes(), page.next());
        }
        return page;
    }

    @Override
    public void readRange(ObjectEntry object, long position, byte[] target, int at, int length) throws IOException {
        faults.failSometimes(Faults.Kind.OBJECT_STORE_503, 0.03, object.key());
        objects.readRange(object, position, target, at, length);
    }

    @Override
    public byte[] read(ObjectEntry object) throws IOException {
        faults.failSometimes(Faults.Kind.OBJECT_STORE_503, 0.03, object.key());
        return objects.read(object);
    }

    /** What was put since the command began may not have been there when this object was looked for. */
    @Override
    public @Nullable FoundObject find(String key, int mostBytes) throws IOException {
        faults.failSometimes(Faults.Kind.OBJECT_STORE_503, 0.03, key);
        FoundObject found = objects.find(key, mostBytes);
        if (found == null && sabotage == Sabotage.HALF_A_SEGMENT_BY_NAME && mostBytes == 0) {
            found = objects.find(key.replace(".index", ".kfs"), mostBytes);
        }
        boolean isNew = found != null && !found.entry().lastModified().isBefore(clock.begun());
        return isNew && mostBytes == 0 && faults.random().nextBoolean() ? null : found;
    }

    @Override
    public String describe() {
        return "simulated store";
    }
}
