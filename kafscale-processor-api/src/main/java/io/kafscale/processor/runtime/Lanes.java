package io.kafscale.processor.runtime;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of a processor. Kinds of work that must not wait for each other have lanes of their own: above all, nothing
 * keeps a heartbeat waiting.
 */
final class Lanes {

    private static final int STORE_THREADS = 4;
    private static final int LIST_THREADS = 4;
    private static final int ASSIGN_THREADS = 8;

    private static final long IDLE_SECONDS = 30;
    private static final Duration LAST_EVENTS = Duration.ofSeconds(5);

    private final ThreadGroup group = new ThreadGroup("kafscale");
    private final ExecutorService membership = lane("heartbeat", 1);
    private final ExecutorService store = lane("store", STORE_THREADS);
    private final ExecutorService list = lane("list", LIST_THREADS);
    private final ExecutorService assignments = lane("assign", ASSIGN_THREADS);
    private final ExecutorService fetch;
    private final ExecutorService listeners = lane("listener", 1);
    private final ExecutorService sinks;

    private final int mostObjectCalls;

    Lanes(Settings settings) {
        fetch = lane("fetch", settings.maxConcurrentFetches());
        mostObjectCalls = LIST_THREADS + settings.maxConcurrentFetches();
        sinks = lane("sink", settings.maxConcurrentWrites());
    }

    /** So many calls of the object store may be made at once. */
    int mostObjectCalls() {
        return mostObjectCalls;
    }

    Executor of(Command command) {
        if (command instanceof Command.Write) {
            return sinks;
        } else if (command instanceof Command.Assign
                || command instanceof Command.Revoke
                || command instanceof Command.Bury) {
            return assignments;
        } else if (command instanceof Command.Fetch || command instanceof Command.LookFor) {
            return fetch;
        } else if (command instanceof Command.ListSegments
                || command instanceof Command.ListTopic
                || command instanceof Command.LookAtRange
                || command instanceof Command.FindSegment
                || command instanceof Command.Resolve
                || command instanceof Command.Discover) {
            return list;
        } else if (command instanceof Command.Join
                || command instanceof Command.Heartbeat
                || command instanceof Command.Leave) {
            return membership;
        }
        return store;
    }

    Executor listeners() {
        return listeners;
    }

    Thread thread(String name, Runnable body) {
        return new Thread(group, body, "kafscale-" + name);
    }

    /** A thread that may wait for the end of all the others. */
    Thread outsider(String name, Runnable body) {
        return new Thread(group.getParent(), body, "kafscale-" + name);
    }

    boolean isOwn(Thread thread) {
        return group.equals(thread.getThreadGroup());
    }

    /** Interrupts whatever still runs, and waits a little for listeners to hear the last events. */
    void close() {
        for (ExecutorService lane : List.of(membership, store, list, fetch, sinks, assignments)) {
            lane.shutdownNow();
        }
        listeners.shutdown();
        try {
            if (!listeners.awaitTermination(LAST_EVENTS.toMillis(), TimeUnit.MILLISECONDS)) {
                listeners.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ExecutorService lane(String name, int threads) {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor lane = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                body -> thread(name + "-" + count.incrementAndGet(), body),
                // After the end nobody waits for an answer any more.
                new ThreadPoolExecutor.DiscardPolicy());
        lane.allowCoreThreadTimeOut(true);
        return lane;
    }
}
