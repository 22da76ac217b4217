package io.kafscale.micrometer;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.SegmentKey;
import io.kafscale.discovery.SegmentKey.Half;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.time.Duration;
import java.util.stream.LongStream;

/** A topic in memory for processors to read. */
final class Orders {

    static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    static final long CREATED = 1_767_225_600_000L;
    private static final String NAMESPACE = "production";

    private final InMemoryObjectStore objects = new InMemoryObjectStore();

    InMemoryObjectStore objects() {
        return objects;
    }

    /** Puts a segment of so many records. */
    void put(long base, int records) {
        RecordBatchBuilder batch = new RecordBatchBuilder().timestamp(CREATED + base);
        LongStream.range(base, base + records)
                .forEach(offset -> batch.record("key-" + offset, "an order of more than one byte"));
        WrittenSegment segment =
                new SegmentWriter(base, CREATED).append(batch.build()).finish();
        objects.put(new SegmentKey(NAMESPACE, ORDERS_0, base, Half.SEGMENT).key(), segment.segment());
        objects.put(new SegmentKey(NAMESPACE, ORDERS_0, base, Half.INDEX).key(), segment.index());
    }

    /** A processor that hurries. */
    ProcessorBuilder builder(ObjectStore store) {
        return ProcessorBuilder.create("warehouse")
                .segments(store, NAMESPACE)
                .checkpoints(new InMemoryCheckpointStore())
                .leaseTtl(Duration.ofSeconds(5))
                .commitInterval(Duration.ZERO)
                .discoveryInterval(Duration.ofMillis(50))
                .pollInterval(Duration.ofMillis(20));
    }
}
