package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.TopicCatalog;
import io.kafscale.processor.DeadLetterSink;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.ProcessorHealth;
import io.kafscale.processor.ProcessorListener;
import io.kafscale.processor.StartPosition;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A coordinator on a thread of its own, with thread pools that do what it says. */
public final class ThreadedProcessor implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(Processor.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private enum State {
        NEW,
        RUNNING,
        ENDED
    }

    private final ObjectStore objects;
    private final CheckpointStore checkpoints;
    private final Discovery discovery;
    private final Subscriptions subscriptions;
    private final List<ProcessorListener> listeners;
    private final CommandRunner runner;
    private final Coordinator coordinator;
    private final Lanes lanes;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean toldOfConnections = new AtomicBoolean();
    private volatile boolean everythingReleased;
    private volatile @Nullable Throwable crash;
    private volatile @Nullable String endedBecause;
    private volatile ProcessorHealth lastHealth = new ProcessorHealth(false, false, null, 0, new TreeMap<>());

    /** Not started yet. Closes the stores at its end. */
    public ThreadedProcessor(
            ObjectStore objects,
            String namespace,
            CheckpointStore checkpoints,
            Discovery discovery,
            Subscriptions subscriptions,
            @Nullable DeadLetterSink deadLetters,
            Settings settings,
            List<ProcessorListener> listeners) {
        this.objects = objects;
        this.checkpoints = checkpoints;
        this.listeners = List.copyOf(listeners);
        this.discovery = discovery;
        this.subscriptions = subscriptions;
        this.runner =
                new CommandRunner(objects, namespace, checkpoints, discovery, subscriptions, deadLetters, settings);
        this.lanes = new Lanes(settings);
        this.coordinator = new Coordinator(
                settings,
                subscriptions,
                Ticker.SYSTEM,
                RandomGenerator.getDefault(),
                runner::inflatedBytes,
                this::execute);
    }

    @Override
    public void start() {
        if (!state.compareAndSet(State.NEW, State.RUNNING)) {
            throw new IllegalStateException("a processor runs once; build another one");
        }
        lanes.thread("coordinator", this::coordinate).start();
        TopicCatalog catalog = discovery.asked();
        CatalogEvents listener = new CatalogEvents(this::post);
        if (catalog != null && subscriptions.areOpen()) {
            catalog.watch(subscriptions::isWanted, listener);
        } else if (catalog != null) {
            catalog.watch(subscriptions.names(), listener);
        }
    }

    private void coordinate() {
        try {
            coordinator.start();
            while (!coordinator.isStopped()) {
                Event event = events.poll(coordinator.nanosUntilNextTick(), TimeUnit.NANOSECONDS);
                if (event == null) {
                    coordinator.tick();
                } else {
                    coordinator.handle(event);
                }
            }
        } catch (Throwable e) {
            crash = e;
            LOG.error("the processor ends because of a defect in it; its leases end with their TTL", e);
        } finally {
            end();
        }
    }

    private void execute(Command command) {
        if (command instanceof Command.Tell tell) {
            lanes.listeners().execute(() -> hear(tell.event()));
        } else if (command instanceof Command.Interrupt interrupt) {
            runner.interrupt(interrupt.ownership());
        } else if (command instanceof Command.Stop stop) {
            everythingReleased = stop.everythingReleased();
            endedBecause = stop.reason();
        } else {
            lanes.of(command).execute(() -> {
                runner.run(command, this::answer);
                checkConnections();
            });
        }
    }

    private void answer(Event event) {
        if (event instanceof Event.JoinedGroup joined) {
            joined.session().onChange(() -> post(new Event.OwnershipHint()));
        }
        post(event);
    }

    /** How many connections there are is known at the earliest after the first request. */
    private void checkConnections() {
        int connections = objects.maxConcurrentCalls();
        if (connections < lanes.mostObjectCalls() && toldOfConnections.compareAndSet(false, true)) {
            ProcessorEvent event =
                    new ProcessorEvent.TooFewConnections(objects.describe(), connections, lanes.mostObjectCalls());
            lanes.listeners().execute(() -> hear(event));
        }
    }

    private void hear(ProcessorEvent event) {
        if (event.isRoutine()) {
            LOG.debug("{}", event.message());
        } else if (event.isWarning()) {
            LOG.warn(event.message());
        } else {
            LOG.info(event.message());
        }
        for (ProcessorListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                LOG.error("a listener threw at: {}", event.message(), e);
            }
        }
    }

    private void end() {
        ProcessorHealth last = coordinator.health();
        lastHealth = new ProcessorHealth(false, false, null, last.bufferedBytes(), last.partitions());
        state.set(State.ENDED);
        answerTheLate();
        lanes.close();
        closeSinksAndStores();
        ended.countDown();
    }

    private void closeSinksAndStores() {
        runner.close(failure -> LOG.warn("closing a sink failed", failure));
        TopicCatalog catalog = discovery.catalog();
        try {
            if (catalog != null) {
                catalog.close();
            }
        } catch (RuntimeException e) {
            LOG.warn("closing the catalog failed", e);
        }
        try {
            checkpoints.close();
        } catch (RuntimeException e) {
            LOG.warn("closing {} failed", checkpoints.describe(), e);
        }
        try {
            objects.close();
        } catch (RuntimeException e) {
            LOG.warn("closing {} failed", objects.describe(), e);
        }
    }

    private void post(Event event) {
        events.add(event);
        if (state.get() == State.ENDED) {
            answerTheLate();
        }
    }

    private void answerTheLate() {
        Event event;
        while ((event = events.poll()) != null) {
            if (event instanceof Event.HealthWanted wanted) {
                wanted.answer().complete(lastHealth);
            } else if (event instanceof Event.SeekWanted wanted) {
                wanted.answer().completeExceptionally(new IllegalStateException("the processor has ended"));
            } else if (event instanceof Event.Fetched fetched) {
                fetched.buffer().leave();
            }
        }
    }

    /** How many buffers of fetched segments are in use; for tests, which find leaks by it. */
    public int buffersOut() {
        return runner.buffersOut();
    }

    @Override
    public void run() throws InterruptedException {
        start();
        Thread hook = lanes.outsider("shutdown", this::close);
        Runtime.getRuntime().addShutdownHook(hook);
        ended.await();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the JVM is already shutting down", e);
        }
        String reason = endedBecause();
        if (reason != null) {
            throw new IllegalStateException(reason, crash);
        }
    }

    @Override
    public @Nullable String endedBecause() {
        return crash == null ? endedBecause : "the processor ended because of a defect in it";
    }

    @Override
    public boolean drain(Duration limit) {
        if (state.compareAndSet(State.NEW, State.ENDED)) {
            lanes.close();
            closeSinksAndStores();
            ended.countDown();
            return true;
        }
        if (lanes.isOwn(Thread.currentThread())) {
            // A sink that waited for its own end would wait for ever.
            lanes.outsider("drain", () -> drain(limit)).start();
            return false;
        }
        post(new Event.DrainWanted());
        try {
            if (!awaitTermination(limit)) {
                post(new Event.DrainLimitReached());
                ended.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            post(new Event.DrainLimitReached());
            Thread.currentThread().interrupt();
        }
        return everythingReleased;
    }

    @Override
    public void close() {
        drain(DEFAULT_DRAIN_LIMIT);
    }

    @Override
    public boolean awaitTermination(Duration limit) throws InterruptedException {
        return ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void pause(TopicPartition partition) {
        post(new Event.PauseWanted(partition, true));
    }

    @Override
    public void resume(TopicPartition partition) {
        post(new Event.PauseWanted(partition, false));
    }

    @Override
    public CompletionStage<Long> seek(TopicPartition partition, StartPosition position) {
        if (state.get() == State.NEW) {
            return CompletableFuture.failedStage(new IllegalStateException("the processor is not started yet"));
        }
        CompletableFuture<Long> answer = new CompletableFuture<>();
        post(new Event.SeekWanted(partition, position, answer));
        // What the caller does with it must not run on the coordinator's thread.
        return answer.whenCompleteAsync((offset, failure) -> {});
    }

    @Override
    public ProcessorHealth health() {
        if (state.get() != State.RUNNING) {
            return lastHealth;
        }
        CompletableFuture<ProcessorHealth> answer = new CompletableFuture<>();
        post(new Event.HealthWanted(answer));
        return answer.join();
    }
}
