package io.kafscale.processor;

import java.util.concurrent.CompletionStage;

/**
 * A {@link Sink} that does not hold a thread while it writes. <b>The stage completing means durable</b>; completing it
 * exceptionally, or throwing, is a failed batch. Everything said of {@link Sink} holds: one batch at a time per partition, in
 * offset order.
 */
@FunctionalInterface
public interface AsyncSink extends SinkLifecycle {

    /**
     * Begins to write a batch.
     *
     * @param batch valid until the returned stage completes
     * @return completes when the batch is durable; from any thread
     * @throws Exception anything; the batch is then tried again after a pause
     */
    CompletionStage<Void> write(RecordBatch batch) throws Exception;
}
