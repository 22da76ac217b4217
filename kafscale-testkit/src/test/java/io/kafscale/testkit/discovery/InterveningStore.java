package io.kafscale.testkit.discovery;

import io.kafscale.discovery.ListPage;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.testkit.InMemoryObjectStore;
import java.io.IOException;

/** Lets a test do something just before an object is read or a page listed, such as change or fail it. */
final class InterveningStore implements ObjectStore {

    interface Intervention {
        void before(String what) throws IOException;
    }

    private final InMemoryObjectStore objects;

    Intervention onRead = key -> {};
    Intervention onList = prefix -> {};

    InterveningStore(InMemoryObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public ListPage list(ListRequest request) throws IOException {
        onList.before(request.prefix());
        return objects.list(request);
    }

    @Override
    public void readRange(ObjectEntry object, long position, byte[] target, int at, int length) throws IOException {
        onRead.before(object.key());
        objects.readRange(object, position, target, at, length);
    }

    @Override
    public byte[] read(ObjectEntry object) throws IOException {
        onRead.before(object.key());
        return objects.read(object);
    }

    @Override
    public String describe() {
        return objects.describe();
    }
}
