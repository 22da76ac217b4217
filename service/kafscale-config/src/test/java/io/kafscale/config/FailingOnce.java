package io.kafscale.config;

import io.kafscale.processor.BatchContext;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts itself between a batch of partition 0 and a sink, and breaks off in the middle of the first. */
final class FailingOnce {

    private static final int RECORDS_BEFORE = 300;

    private final AtomicBoolean armed = new AtomicBoolean(true);
    private final AtomicInteger failures = new AtomicInteger();

    int failures() {
        return failures.get();
    }

    RecordBatch over(RecordBatch batch) {
        boolean fails = batch.topicPartition().partition() == 0 && armed.compareAndSet(true, false);
        return fails ? new Broken(batch) : batch;
    }

    private BatchCursor breaking(BatchCursor cursor) {
        AtomicInteger count = new AtomicInteger();
        return (BatchCursor) Proxy.newProxyInstance(
                BatchCursor.class.getClassLoader(), new Class<?>[] {BatchCursor.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("next") && count.incrementAndGet() > RECORDS_BEFORE) {
                        failures.incrementAndGet();
                        throw new IllegalStateException("broken on purpose");
                    }
                    try {
                        return method.invoke(cursor, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private final class Broken implements RecordBatch {
        private final RecordBatch batch;

        Broken(RecordBatch batch) {
            this.batch = batch;
        }

        @Override
        public TopicPartition topicPartition() {
            return batch.topicPartition();
        }

        @Override
        public long firstOffset() {
            return batch.firstOffset();
        }

        @Override
        public long nextOffset() {
            return batch.nextOffset();
        }

        @Override
        public int attempt() {
            return batch.attempt();
        }

        @Override
        public void confirm(long nextOffset) {
            batch.confirm(nextOffset);
        }

        @Override
        public BatchContext context() {
            return batch.context();
        }

        @Override
        public Iterator<Record> iterator() {
            return batch.iterator();
        }

        @Override
        public BatchCursor cursor() {
            return breaking(batch.cursor());
        }
    }
}
