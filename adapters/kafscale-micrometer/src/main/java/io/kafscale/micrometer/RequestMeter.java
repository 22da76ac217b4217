package io.kafscale.micrometer;

import io.kafscale.discovery.ObjectChangedException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counts and times the requests of one kind. Thread safe. */
final class RequestMeter {

    private static final Duration[] LATENCIES = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    /** One request. */
    interface Request<T> {
        T make() throws IOException;
    }

    /** One that may find nothing. */
    interface Search<T> {
        @Nullable
        T make() throws IOException;
    }

    private final Counter ok;
    private final Counter absent;
    private final Counter changed;
    private final Counter failed;
    private final Counter bytes;
    private final Timer timer;

    RequestMeter(MeterRegistry registry, Tags tags, String kind) {
        Tags labels = tags.and("kind", kind);
        this.ok = requests(registry, labels, "ok");
        this.absent = requests(registry, labels, "absent");
        this.changed = requests(registry, labels, "changed");
        this.failed = requests(registry, labels, "error");
        this.bytes = Counter.builder("kafscale.processor.object.read.bytes")
                .description("Bytes of objects that were read.")
                .tags(labels)
                .register(registry);
        this.timer = Timer.builder("kafscale.processor.object.request")
                .description("How long requests to the object store took.")
                .serviceLevelObjectives(LATENCIES)
                .tags(labels)
                .register(registry);
    }

    private static Counter requests(MeterRegistry registry, Tags labels, String outcome) {
        return Counter.builder("kafscale.processor.object.requests")
                .description("Requests to the object store by kind and outcome.")
                .tags(labels)
                .tag("outcome", outcome)
                .register(registry);
    }

    <T> T meter(Request<T> request) throws IOException {
        long start = System.nanoTime();
        Counter outcome = failed;
        try {
            T answer = request.make();
            outcome = ok;
            return answer;
        } catch (ObjectChangedException e) {
            outcome = changed;
            throw e;
        } finally {
            ended(start, outcome);
        }
    }

    <T> @Nullable T meterSearch(Search<T> search) throws IOException {
        long start = System.nanoTime();
        Counter outcome = failed;
        try {
            T found = search.make();
            outcome = found == null ? absent : ok;
            return found;
        } finally {
            ended(start, outcome);
        }
    }

    private void ended(long start, Counter outcome) {
        timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        outcome.increment();
    }

    /** So many bytes of an object came. */
    void read(long count) {
        bytes.increment((double) count);
    }
}
