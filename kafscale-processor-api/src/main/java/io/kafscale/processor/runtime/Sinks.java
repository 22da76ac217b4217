package io.kafscale.processor.runtime;

import io.kafscale.processor.Assignment;
import io.kafscale.processor.AsyncSink;
import io.kafscale.processor.DeadLetter;
import io.kafscale.processor.DeadLetterSink;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.processor.Sink;
import io.kafscale.processor.SinkLifecycle;
import io.kafscale.processor.Stage;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.Record;
import io.kafscale.segment.UnsupportedSegmentException;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls the application's sinks, and says what came of it. Thread safe. */
final class Sinks {

    private final String group;
    private final Subscriptions subscriptions;
    private final @Nullable DeadLetterSink deadLetters;
    private final Map<Ownership, SinkLifecycle> opened = new ConcurrentHashMap<>();
    private final Map<Ownership, Thread> callers = new ConcurrentHashMap<>();

    Sinks(String group, Subscriptions subscriptions, @Nullable DeadLetterSink deadLetters) {
        this.group = group;
        this.subscriptions = subscriptions;
        this.deadLetters = deadLetters;
    }

    // ---- partitions come and go

    Event assign(Command.Assign command) throws Exception {
        Ownership ownership = command.ownership();
        callers.put(ownership, Thread.currentThread());
        try {
            SinkLifecycle sink = opened.get(ownership);
            if (sink == null) {
                sink = source(ownership).open(ownership.partition());
                opened.put(ownership, sink);
            }
            return new Event.Assigned(
                    ownership,
                    sink.assigned(
                            new Assignment(ownership.partition(), ownership, command.start(), command.isMoved())));
        } finally {
            endCall(ownership);
        }
    }

    Event revoke(Command.Revoke command) {
        Ownership ownership = command.ownership();
        SinkLifecycle sink = opened.remove(ownership);
        if (sink == null) {
            return new Event.Revoked(ownership, null);
        }
        Throwable failure = null;
        try {
            sink.revoked(ownership.partition(), command.cause());
        } catch (Throwable e) {
            failure = e;
        }
        try {
            source(ownership).release(sink);
        } catch (Throwable e) {
            failure = failure == null ? e : failure;
        }
        return new Event.Revoked(ownership, failure);
    }

    private SinkSource source(Ownership ownership) {
        return subscriptions.plan(ownership.partition().topic()).sinks();
    }

    // ---- records

    void write(SegmentBatch batch, Consumer<Event> answers) {
        Ownership ownership = batch.ownership();
        callers.put(ownership, Thread.currentThread());
        Event answer = null;
        try {
            if (ownership.isRevoked()) {
                answer = new Event.NotWritten(batch);
            } else {
                batch.onConfirm(offset -> answers.accept(new Event.ConfirmedPartly(batch, offset)));
                CompletionStage<Void> stage = begin(batch);
                if (stage != null) {
                    stage.whenComplete((nothing, thrown) -> answers.accept(ended(batch, thrown)));
                    return;
                }
                answer = ended(batch, null);
            }
        } catch (Throwable e) {
            answer = ended(batch, e);
        } finally {
            endCall(ownership);
        }
        answers.accept(answer);
    }

    /** Writes; or begins to, and returns what completes at the end. */
    private @Nullable CompletionStage<Void> begin(SegmentBatch batch) throws Exception {
        SinkLifecycle sink = Objects.requireNonNull(opened.get(batch.ownership()), "sink");
        if (batch.isEmpty() && !sink.keepsPosition()) {
            return null;
        }
        if (sink instanceof AsyncSink async) {
            return Objects.requireNonNull(async.write(batch), "the stage that an AsyncSink returns");
        }
        ((Sink) sink).write(batch);
        return null;
    }

    private static Event ended(SegmentBatch batch, @Nullable Throwable thrown) {
        batch.close();
        Throwable failure = batch.failure();
        if (failure == null) {
            failure = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        }
        return failure == null ? new Event.Confirmed(batch) : new Event.NotConfirmed(batch, stageOf(failure), failure);
    }

    private static Stage stageOf(Throwable failure) {
        if (failure instanceof CorruptSegmentException || failure instanceof UnsupportedSegmentException) {
            return Stage.DECODE;
        }
        return failure instanceof RecordFailedException named ? named.stage() : Stage.SINK;
    }

    Event bury(Command.Bury command) throws Exception {
        SegmentBatch batch = command.batch();
        try {
            Record record = batch.untransformed(command.offset());
            if (record == null) {
                return new Event.Buried(command, false);
            }
            Objects.requireNonNull(deadLetters, "dead letters")
                    .write(new DeadLetter(
                            group,
                            batch.topicPartition(),
                            record,
                            command.stage(),
                            command.attempts(),
                            Reasons.of(command.cause()),
                            Instant.now()));
            return new Event.Buried(command, true);
        } finally {
            batch.close();
        }
    }

    // ---- the end

    private void endCall(Ownership ownership) {
        synchronized (callers) {
            callers.remove(ownership);
        }
        // An interrupt meant for this call must not reach the next one on this thread.
        Thread.interrupted();
    }

    /** Interrupts the call under {@code ownership}, if there is one. */
    void interrupt(Ownership ownership) {
        synchronized (callers) {
            Thread caller = callers.get(ownership);
            if (caller != null) {
                caller.interrupt();
            }
        }
    }

    /** Closes what is shared; {@code failed} is told of what that throws. */
    void close(Consumer<Throwable> failed) {
        Set<AutoCloseable> shared = Collections.newSetFromMap(new IdentityHashMap<>());
        for (TopicPlan plan : subscriptions.plans()) {
            if (plan.sinks() instanceof SinkSource.Shared one) {
                shared.add(one.sink());
            }
        }
        if (deadLetters != null) {
            shared.add(deadLetters);
        }
        for (AutoCloseable sink : shared) {
            try {
                sink.close();
            } catch (Throwable e) {
                failed.accept(e);
            }
        }
    }
}
