package io.kafscale.testkit.simulation;

import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;

/** Puts segments of topic "orders" where brokers would. */
final class SegmentFiles {

    private final VirtualTime time;
    private final InMemoryObjectStore objects;

    SegmentFiles(VirtualTime time, InMemoryObjectStore objects) {
        this.time = time;
        this.objects = objects;
    }

    static TopicPartition orders(int partition) {
        return new TopicPartition("orders", partition);
    }

    /** A segment, complete; record values are {@code content} and the offset. */
    void put(TopicPartition partition, long baseOffset, int records, String content) {
        putIndex(partition, baseOffset, records, content);
        putSegment(partition, baseOffset, records, content);
    }

    void put(int partition, long baseOffset, int records) {
        put(orders(partition), baseOffset, records, "v");
    }

    void putIndex(TopicPartition partition, long baseOffset, int records, String content) {
        WrittenSegment segment = segment(baseOffset, records, content);
        objects.put(folder(partition) + segment.indexName(), segment.index());
    }

    void putSegment(TopicPartition partition, long baseOffset, int records, String content) {
        WrittenSegment segment = segment(baseOffset, records, content);
        objects.put(folder(partition) + segment.segmentName(), segment.segment());
    }

    void delete(TopicPartition partition, long baseOffset) {
        WrittenSegment segment = segment(baseOffset, 1, "");
        objects.delete(folder(partition) + segment.indexName());
        objects.delete(folder(partition) + segment.segmentName());
    }

    private WrittenSegment segment(long baseOffset, int records, String content) {
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (int i = 0; i < records; i++) {
            batch.record(null, content + (baseOffset + i));
        }
        return new SegmentWriter(baseOffset, time.wallMillis())
                .append(batch.build())
                .finish();
    }

    private static String folder(TopicPartition partition) {
        return "production/" + partition.topic() + "/" + partition.partition() + "/";
    }
}
