package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.Processor;
import io.kafscale.processor.RecordBatch;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a sink that reads by the cursor leaves on the heap: nothing for a record. */
class BatchAllocationTest extends ProcessorFixture {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int RECORDS = 5_000;
    private static final int PASSES = 200;

    @Test
    void cursorOfABatch_allocatesNothingForItsRecords() {
        write(0, RECORDS);
        AtomicLong least = new AtomicLong(Long.MAX_VALUE);
        try (Processor processor = builder()
                .topic("orders", batch -> {
                    for (int i = 0; i < PASSES; i++) {
                        least.accumulateAndGet(allocatedByAPass(batch), Math::min);
                    }
                })
                .build()) {
            processor.start();
            awaitCommitted(RECORDS);
        }
        assertThat(least.get()).isLessThan(RECORDS / 2);
    }

    private static long allocatedByAPass(RecordBatch batch) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        BatchCursor records = batch.cursor();
        int checksum = 0;
        while (records.next()) {
            checksum += records.value().length() + records.headers().count();
        }
        assertThat(checksum).isPositive();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
