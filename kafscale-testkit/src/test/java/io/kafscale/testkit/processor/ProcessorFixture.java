package io.kafscale.testkit.processor;

import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Stage;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

/** Stores in memory, segments of records whose values say where they stand, and what listeners and sinks have seen. */
abstract class ProcessorFixture {

    static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);
    static final String GROUP = "warehouse";
    static final long CREATED = 1_767_225_600_000L;

    final InMemoryObjectStore objects = new InMemoryObjectStore();
    final InMemoryCheckpointStore checkpoints = new InMemoryCheckpointStore();
    final List<ProcessorEvent> events = new CopyOnWriteArrayList<>();
    final List<Long> delivered = new CopyOnWriteArrayList<>();

    ProcessorBuilder builder() {
        return ProcessorBuilder.create(GROUP)
                .segments(objects, "production")
                .checkpoints(checkpoints)
                .listener(events::add)
                .pollInterval(Duration.ofMillis(20))
                .commitInterval(Duration.ofMillis(10));
    }

    void deliver(RecordBatch batch) {
        delivered.addAll(offsets(batch));
    }

    void write(long baseOffset, int records) {
        write(ORDERS_0, baseOffset, records);
    }

    void write(TopicPartition partition, long baseOffset, int records) {
        WrittenSegment segment = segment(baseOffset, records);
        put(partition, segment, segment.segment());
    }

    void write(SegmentWriter writer) {
        WrittenSegment segment = writer.finish();
        put(ORDERS_0, segment, segment.segment());
    }

    static WrittenSegment segment(long baseOffset, int records) {
        RecordBatchBuilder batch = new RecordBatchBuilder().timestamp(CREATED + baseOffset);
        for (long offset = baseOffset; offset < baseOffset + records; offset++) {
            batch.record("key " + offset, "value " + offset);
        }
        return new SegmentWriter(baseOffset, CREATED).append(batch.build()).finish();
    }

    void put(TopicPartition partition, WrittenSegment segment, byte[] content) {
        String prefix = "production/" + partition.topic() + "/" + partition.partition() + "/";
        objects.put(prefix + segment.indexName(), segment.index());
        objects.put(prefix + segment.segmentName(), content);
    }

    long committed() {
        Checkpoint checkpoint = checkpoints.checkpoint(GROUP, ORDERS_0);
        return checkpoint == null ? 0 : checkpoint.nextOffset();
    }

    void awaitCommitted(long nextOffset) {
        await().until(() -> committed() == nextOffset);
    }

    <E extends ProcessorEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    long failures(Stage stage) {
        return events(ProcessorEvent.Failed.class).stream()
                .filter(failed -> failed.stage() == stage)
                .count();
    }

    static List<Long> range(long from, long until) {
        return LongStream.range(from, until).boxed().toList();
    }

    static List<Long> offsets(RecordBatch batch) {
        List<Long> offsets = new ArrayList<>();
        batch.forEach(record -> offsets.add(record.offset()));
        return offsets;
    }

    static List<String> values(RecordBatch batch) {
        List<String> values = new ArrayList<>();
        batch.forEach(record -> values.add(record.value().toUtf8()));
        return values;
    }
}
