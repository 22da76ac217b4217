package io.kafscale.micrometer;

import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorHealth;
import io.kafscale.processor.StartPosition;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Does nothing, and has as many bytes buffered as it was asked how it is. */
final class CountingProcessor implements Processor {

    private final AtomicInteger asked = new AtomicInteger();

    int asked() {
        return asked.get();
    }

    @Override
    public ProcessorHealth health() {
        return new ProcessorHealth(true, true, "worker", asked.incrementAndGet(), new TreeMap<>());
    }

    @Override
    public void start() {}

    @Override
    public void run() {}

    @Override
    public boolean drain(Duration limit) {
        return true;
    }

    @Override
    public void close() {}

    @Override
    public boolean awaitTermination(Duration limit) {
        return true;
    }

    @Override
    public @Nullable String endedBecause() {
        return null;
    }

    @Override
    public void pause(TopicPartition partition) {}

    @Override
    public void resume(TopicPartition partition) {}

    @Override
    public CompletionStage<Long> seek(TopicPartition partition, StartPosition position) {
        return CompletableFuture.failedStage(new IllegalStateException("it owns nothing"));
    }
}
