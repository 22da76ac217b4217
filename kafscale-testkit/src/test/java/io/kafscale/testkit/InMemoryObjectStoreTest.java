package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class InMemoryObjectStoreTest extends ObjectStoreContract {

    private InMemoryObjectStore memory = new InMemoryObjectStore();

    @Override
    protected ObjectStore openEmpty(int pageSize) {
        memory = new InMemoryObjectStore(InstantSource.system(), pageSize);
        return memory;
    }

    @Override
    protected void put(String key, byte[] content) {
        memory.put(key, content);
    }

    @Override
    protected void delete(String key) {
        assertThat(memory.delete(key)).isTrue();
    }

    @Test
    void counts_ofEachCall_areKeptUntilReset() throws Exception {
        memory.put("a", new byte[10]);
        ObjectEntry entry = memory.list(ListRequest.of("")).objects().get(0);
        memory.read(entry);
        memory.readRange(entry, 2, new byte[3], 0, 3);

        assertThat(memory.lists()).isEqualTo(1);
        assertThat(memory.reads()).isEqualTo(2);
        assertThat(memory.bytesRead()).isEqualTo(13);
        memory.resetCounts();
        assertThat(memory.lists() + memory.reads() + memory.bytesRead()).isZero();
    }

    @Test
    void list_keysBeyondTheBasicPlane_sortAsInUtf8() {
        memory.put("\ud83d\ude00", new byte[1]);
        memory.put("\ufffd", new byte[1]);

        assertThat(memory.list(ListRequest.of("")).objects())
                .extracting(ObjectEntry::key)
                .containsExactly("\ufffd", "\ud83d\ude00");
    }

    @Test
    void put_withoutATime_isDatedByTheInjectedClock() {
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        InMemoryObjectStore store = new InMemoryObjectStore(() -> noon, 10);
        store.put("a", new byte[1]);
        store.put("b", new byte[1], noon.minusSeconds(60));

        assertThat(store.list(ListRequest.of("")).objects())
                .extracting(ObjectEntry::lastModified)
                .containsExactly(noon, noon.minusSeconds(60));
    }
}
