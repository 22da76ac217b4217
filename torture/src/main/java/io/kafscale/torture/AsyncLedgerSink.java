package io.kafscale.torture;

import io.kafscale.processor.AsyncSink;
import io.kafscale.processor.RecordBatch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Writes down what comes, as {@link LedgerSink} does, on threads of its own. For a sink that has no other behind it. */
final class AsyncLedgerSink implements AsyncSink {

    private final LedgerSink ledger;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread made = new Thread(task, "ledger");
        made.setDaemon(true);
        return made;
    });

    AsyncLedgerSink(LedgerSink ledger) {
        this.ledger = ledger;
    }

    @Override
    public CompletionStage<Void> write(RecordBatch batch) throws Exception {
        LedgerSink.Call call = ledger.begin(batch);
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        call.write();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                threads);
    }

    @Override
    public void close() {
        threads.shutdown();
        ledger.close();
    }
}
