package io.kafscale.cli;

import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorHealth;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a processor how it is, and does not wait for ever. Thread safe. */
final class HealthProbe implements AutoCloseable {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final int MOST_WAITING = 4;

    /**
     * What was found.
     *
     * @param isWell whether all is as it should be
     * @param message what to tell, without a line end
     */
    record Finding(boolean isWell, String message) {}

    private final Processor processor;
    private final ExecutorService askers = new ThreadPoolExecutor(
            0, MOST_WAITING, LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "kafscale-health");
                thread.setDaemon(true);
                return thread;
            });
    private volatile boolean draining;

    HealthProbe(Processor processor) {
        this.processor = processor;
    }

    /** From now on it is not ready, though alive. */
    void drains() {
        draining = true;
    }

    /** Whether it works; one that does not should be started anew. */
    Finding live() throws InterruptedException {
        if (processor.awaitTermination(Duration.ZERO) && !draining) {
            return new Finding(false, "the processor has ended");
        }
        return isAnswering() ? new Finding(true, "ok") : new Finding(false, "the processor does not answer");
    }

    /** Whether it is in its group, so that it may own partitions. */
    Finding ready() throws InterruptedException {
        if (draining) {
            return new Finding(false, "draining");
        }
        Finding live = live();
        if (!live.isWell()) {
            return live;
        }
        return processor.health().isJoined()
                ? new Finding(true, "ready")
                : new Finding(false, "not in its group yet; the log says why");
    }

    private boolean isAnswering() throws InterruptedException {
        Future<ProcessorHealth> answer;
        try {
            answer = askers.submit(processor::health);
        } catch (RejectedExecutionException e) {
            return false; // so many are waiting already
        }
        try {
            return answer.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS) != null;
        } catch (ExecutionException | TimeoutException e) {
            answer.cancel(true);
            return false;
        }
    }

    @Override
    public void close() {
        askers.shutdownNow();
    }
}
