package io.kafscale.benchmarks;

import io.kafscale.discovery.SegmentKey;
import io.kafscale.discovery.SegmentKey.Half;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.BatchCompression;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A topic in a {@link SimulatedStore}: as many segments of the same size in each partition, with records of about 1 KB. */
record SampleTopic(SimulatedStore store, int partitions, int segments, long records, long bytes) {

    static final String NAME = "orders";
    static final String NAMESPACE = "production";

    private static final int BATCH_BYTES = 64 << 10;
    private static final int VALUE_BYTES = 950;
    private static final int DIFFERENT_BATCHES = 8;
    private static final int ROOM_FOR_FRAME = 48;

    /** Writes it; all partitions have the same segments, which lie in memory once. */
    static SampleTopic write(int partitions, int segments, int segmentBytes, BatchCompression compression) {
        SimulatedStore store = new SimulatedStore();
        List<byte[]> batches = batches(segmentBytes - ROOM_FOR_FRAME, compression);
        long offset = 0;
        long bytes = 0;
        for (int i = 0; i < segments; i++) {
            SegmentWriter writer = new SegmentWriter(offset, 0);
            int size = 0;
            int batch = i;
            do {
                byte[] next = batches.get(batch++ % batches.size());
                writer.append(next);
                size += next.length;
            } while (size + batches.get(batch % batches.size()).length <= segmentBytes - ROOM_FOR_FRAME);
            WrittenSegment written = writer.finish();
            byte[] segment = written.segment();
            byte[] index = written.index();
            for (int partition = 0; partition < partitions; partition++) {
                put(store, new TopicPartition(NAME, partition), offset, segment, index);
            }
            offset = written.nextOffset();
            bytes += segment.length;
        }
        return new SampleTopic(store, partitions, segments, offset * partitions, bytes * partitions);
    }

    /** Puts a segment and its index; the arrays are kept. */
    static void put(SimulatedStore store, TopicPartition partition, long baseOffset, byte[] segment, byte[] index) {
        store.put(new SegmentKey(NAMESPACE, partition, baseOffset, Half.SEGMENT).key(), segment);
        store.put(new SegmentKey(NAMESPACE, partition, baseOffset, Half.INDEX).key(), index);
    }

    /** Of 64 KiB before compression, or as large as fit into a smaller segment after it. */
    private static List<byte[]> batches(int most, BatchCompression compression) {
        Random random = new Random(17);
        List<byte[]> batches = new ArrayList<>();
        for (int i = 0; i < DIFFERENT_BATCHES; i++) {
            List<byte[]> values = new ArrayList<>();
            byte[] fits = build(List.of(SampleSegment.value(random, i, VALUE_BYTES)), compression);
            byte[] larger = fits;
            while (larger.length <= most && values.size() * VALUE_BYTES < BATCH_BYTES) {
                fits = larger;
                values.add(SampleSegment.value(random, i, VALUE_BYTES));
                larger = build(values, compression);
            }
            batches.add(fits);
        }
        return batches;
    }

    private static byte[] build(List<byte[]> values, BatchCompression compression) {
        RecordBatchBuilder batch = new RecordBatchBuilder().compression(compression);
        values.forEach(value -> batch.record(null, value, new RecordBatchBuilder.Headers()));
        return batch.build();
    }
}
