package io.kafscale.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class S3CommitIntervalTest extends CheckpointFixture {

    private final InMemoryObjectStore segments = new InMemoryObjectStore();

    /** At the 1 s that other stores suggest there would be four and more. */
    @Test
    void processorThatWasToldNoCommitInterval_commitsAsSeldomAsTheStoreSuggests() {
        assertThat(store.commitInterval()).isEqualTo(Duration.ofSeconds(10));
        AtomicLong delivered = new AtomicLong();
        try (Processor processor = ProcessorBuilder.create(group)
                .segments(segments, "production")
                .checkpoints(store)
                .pollInterval(Duration.ofMillis(20))
                .topic("orders", batch -> delivered.set(batch.nextOffset()))
                .build()) {
            writeSegment(0);
            processor.start();
            await().until(() -> delivered.get() == 1);
            proxy.takeRequests();
            long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            for (long offset = 1; System.nanoTime() - end < 0; offset++) {
                writeSegment(offset);
                long next = offset + 1;
                await().until(() -> delivered.get() == next);
            }
            assertThat(proxy.takeRequests().stream().filter(put(ORDERS_0))).hasSizeLessThanOrEqualTo(1);
        }
        assertThat(delivered).hasValueGreaterThan(10);
    }

    private void writeSegment(long offset) {
        WrittenSegment segment = new SegmentWriter(offset, System.currentTimeMillis())
                .append(new RecordBatchBuilder().record(null, "value").build())
                .finish();
        segments.put("production/orders/0/" + segment.indexName(), segment.index());
        segments.put("production/orders/0/" + segment.segmentName(), segment.segment());
    }
}
