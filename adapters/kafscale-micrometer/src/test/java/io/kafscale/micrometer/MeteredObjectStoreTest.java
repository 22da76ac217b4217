package io.kafscale.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafscale.discovery.FileObjectStore;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.processor.Processor;
import io.kafscale.testkit.InMemoryObjectStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeteredObjectStoreTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final InMemoryObjectStore memory = new InMemoryObjectStore();
    private final ObjectStore store = MeteredObjectStore.of(memory, registry);

    @Test
    void eachKind_isCountedWithItsOutcome_itsBytesAndItsTime() throws Exception {
        memory.put("a", new byte[100]);
        ObjectEntry entry = store.list(ListRequest.of("")).objects().get(0);
        store.read(entry);
        store.read(entry, new byte[120]);
        store.readRange(entry, 10, new byte[30], 0, 30);
        store.ranges(entry).readRange(0, new byte[5], 0, 5);
        store.find("a", 1000);
        store.find("a", 0);
        store.find("b", 1000);
        memory.delete("a");
        assertThatThrownBy(() -> store.read(entry)).isInstanceOf(ObjectChangedException.class);
        assertThatThrownBy(() -> store.readRange(entry, 0, new byte[1], 0, 1))
                .isInstanceOf(ObjectChangedException.class);
        memory.put("c", new byte[1]);
        ObjectEntry small = store.list(ListRequest.of("c")).objects().get(0);
        assertThatThrownBy(() -> store.readRange(small, 5, new byte[9], 0, 9)).isInstanceOf(IOException.class);

        Scrape scrape = Scrape.of(registry);
        assertThat(scrape.types())
                .containsEntry("kafscale_processor_object_requests_total", "counter")
                .containsEntry("kafscale_processor_object_request_seconds", "histogram")
                .containsEntry("kafscale_processor_object_read_bytes_total", "counter");
        assertThat(scrape.samples())
                .containsEntry(requests("list", "ok"), 2.0)
                .containsEntry(requests("get", "ok"), 2.0)
                .containsEntry(requests("get", "changed"), 1.0)
                .containsEntry(requests("range", "ok"), 2.0)
                .containsEntry(requests("range", "changed"), 1.0)
                .containsEntry(requests("range", "error"), 1.0)
                .containsEntry(requests("find", "ok"), 2.0)
                .containsEntry(requests("find", "absent"), 1.0)
                .containsEntry(requests("find", "error"), 0.0)
                .containsEntry("kafscale_processor_object_read_bytes_total{kind=\"get\"}", 200.0)
                .containsEntry("kafscale_processor_object_read_bytes_total{kind=\"range\"}", 35.0)
                .containsEntry("kafscale_processor_object_read_bytes_total{kind=\"find\"}", 100.0)
                .containsEntry("kafscale_processor_object_request_seconds_count{kind=\"range\"}", 4.0);
    }

    @Test
    void everyMethod_goesToTheOtherStore() {
        // What is not overridden would do its default, which may cost more than what the other store does.
        assertThat(Arrays.stream(ObjectStore.class.getDeclaredMethods())
                        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                        .filter(method -> !method.getName().equals("ranges")) // reads by readRange, which is metered
                        .filter(method -> !declares(method)))
                .isEmpty();
        assertThat(store.describe()).isEqualTo("memory");
        assertThat(store.pollInterval()).isEqualTo(memory.pollInterval());
        assertThat(store.maxConcurrentCalls()).isEqualTo(memory.maxConcurrentCalls());
    }

    private static boolean declares(Method method) {
        return Arrays.stream(MeteredObjectStore.class.getDeclaredMethods())
                .anyMatch(own -> own.getName().equals(method.getName())
                        && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
    }

    @Test
    void processorOverADirectory_requestsAreThoseItMakes() throws Exception {
        AtomicLong records = new AtomicLong();
        ObjectStore golden = MeteredObjectStore.of(
                FileObjectStore.open(Path.of(System.getProperty("kafscale.golden"), "segments")), registry);
        try (Processor processor = new Orders()
                .builder(golden)
                .segments(golden, "golden")
                .topic("orders", batch -> batch.forEach(record -> records.incrementAndGet()))
                .build()) {
            processor.start();
            await().until(() -> records.get() >= 3_000);
        }
        Scrape scrape = Scrape.of(registry);
        assertThat(scrape.value(requests("get", "ok"))).as("segments of orders").isEqualTo(9);
        assertThat(scrape.value(requests("list", "ok"))).isPositive();
        assertThat(scrape.value("kafscale_processor_object_read_bytes_total{kind=\"get\"}"))
                .isGreaterThan(10_000);
    }

    private static String requests(String kind, String outcome) {
        return "kafscale_processor_object_requests_total{kind=\"" + kind + "\",outcome=\"" + outcome + "\"}";
    }
}
