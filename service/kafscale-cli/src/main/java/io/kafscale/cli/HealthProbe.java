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
import org.jspecify.annotations.Nullable;

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
        if (draining) {
            return new Finding(true, "draining");
        }
        ProcessorHealth health = ask();
        if (health == null) {
            return new Finding(false, "the processor does not answer");
        }
        return health.isLive() ? new Finding(true, "ok") : new Finding(false, "the processor has ended");
    }

    /** Whether it takes its share of the work. */
    Finding ready() throws InterruptedException {
        if (draining) {
            return new Finding(false, "draining");
        }
        ProcessorHealth health = ask();
        if (health == null || !health.isLive()) {
            return live();
        }
        return health.isReady()
                ? new Finding(true, "ready")
                : new Finding(false, "not in its group yet; the log says why");
    }

    /** How it is, or null when it does not answer. */
    private @Nullable ProcessorHealth ask() throws InterruptedException {
        Future<ProcessorHealth> answer;
        try {
            answer = askers.submit(processor::health);
        } catch (RejectedExecutionException e) {
            return null; // so many are waiting already
        }
        try {
            return answer.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            answer.cancel(true);
            return null;
        }
    }

    @Override
    public void close() {
        askers.shutdownNow();
    }
}
