package io.kafscale.testkit.simulation;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.AsyncSink;
import io.kafscale.processor.DeadLetter;
import io.kafscale.processor.DeadLetterSink;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.Sink;
import io.kafscale.processor.SinkLifecycle;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.simulation.Faults.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One worker's sink: fails, is slow, hangs, confirms in parts, dies of bad records, all as its variant and the faults say. */
final class SimulatedSink implements DeadLetterSink {

    private final Variant variant;
    private final Faults faults;
    private final DeliveryLedger ledger;
    private final SimulatedTable table;
    private final Runnable death;
    private final Later later;
    private final Set<TopicPartition> beingWritten = new HashSet<>();
    private final Map<TopicPartition, Long> assigned = new HashMap<>();

    /** Does something in this process after some time, unless it is dead by then. */
    interface Later {
        void after(int leastMillis, int mostMillis, Runnable action);

        void onceCalm(Runnable action);
    }

    SimulatedSink(
            Variant variant, Faults faults, DeliveryLedger ledger, SimulatedTable table, Later later, Runnable death) {
        this.variant = variant;
        this.faults = faults;
        this.ledger = ledger;
        this.table = table;
        this.later = later;
        this.death = death;
    }

    /** As the processor sees it. */
    SinkLifecycle asSink() {
        return variant.isAsynchronous() ? new Asynchronous() : new Synchronous();
    }

    /** Whether a write of this partition is under way, whatever the worker thinks of it. */
    boolean isWriting(TopicPartition partition) {
        return beingWritten.contains(partition);
    }

    private @Nullable Checkpoint assign(Assignment assignment) throws IOException {
        ledger.check(!isWriting(assignment.partition()), "%s assigned while it is written", assignment.partition());
        faults.failSometimes(Kind.ASSIGNMENT_FAILED, 0.05, "assigning");
        assigned.put(assignment.partition(), assignment.epoch());
        return variant.keepsPosition() ? table.assigned(assignment) : null;
    }

    private void revoke(TopicPartition partition) {
        ledger.check(!isWriting(partition), "%s revoked while it is written", partition);
        assigned.remove(partition);
    }

    private void begin(RecordBatch batch) {
        TopicPartition partition = batch.topicPartition();
        ledger.check(beingWritten.add(partition), "%s written while the one before is", batch);
        ledger.check(
                Long.valueOf(batch.context().epoch()).equals(assigned.get(partition)), "%s was not assigned", batch);
        ledger.check(!variant.isSerialized() || beingWritten.size() == 1, "%s beside other writes of the topic", batch);
        ledger.dispatched(batch);
    }

    /** What a sink does with a batch; what it throws is what the processor gets to see. */
    private void put(RecordBatch batch) throws IOException {
        long poison = poisonIn(batch);
        if (poison >= 0 && variant.poison() == Variant.Poison.KILLS) {
            faults.count(Kind.RECORD_KILLED_WORKER);
            death.run();
            throw new IOException("dead");
        } else if (poison >= 0 && variant.poison() == Variant.Poison.NAMED) {
            throw new RecordFailedException(poison, new IOException("poison"));
        } else if (poison >= 0) {
            throw new IOException("poison somewhere");
        }
        if (batch.nextOffset() - batch.firstOffset() > 1
                && !variant.keepsPosition()
                && faults.happens(Kind.SINK_CONFIRMED_PART, 0.03)) {
            long part = batch.firstOffset() + 1;
            ledger.confirmed(batch, part);
            batch.confirm(part);
            throw new IOException("sink: the rest failed");
        }
        faults.failSometimes(Kind.SINK_FAILED, 0.05, "sink");
        if (variant.keepsPosition()) {
            table.write(batch);
        }
        ledger.confirmed(batch, batch.nextOffset());
        faults.failSometimes(Kind.SINK_REPLY_LOST, 0.01, "sink: written, and yet");
    }

    private long poisonIn(RecordBatch batch) {
        var cursor = batch.cursor();
        while (cursor.next()) {
            if (variant.isPoison(cursor.offset())) {
                return cursor.offset();
            }
        }
        return -1;
    }

    @Override
    public void write(DeadLetter letter) throws IOException {
        faults.failSometimes(Kind.DEAD_LETTER_FAILED, 0.2, "dead letters");
        ledger.putAside(letter.partition(), letter.record().offset());
    }

    private final class Synchronous implements Sink {
        @Override
        public void write(RecordBatch batch) throws Exception {
            begin(batch);
            put(batch);
        }

        @Override
        public @Nullable Checkpoint assigned(Assignment assignment) throws IOException {
            return assign(assignment);
        }

        @Override
        public boolean keepsPosition() {
            return variant.keepsPosition();
        }

        @Override
        public void revoked(TopicPartition partition, Revocation cause) {
            revoke(partition);
        }
    }

    /** A sink that returns holds its batch until the processor hears of it; one that does not is done when it says so. */
    void heardOf(TopicPartition partition) {
        beingWritten.remove(partition);
    }

    private final class Asynchronous implements AsyncSink {
        @Override
        public CompletionStage<Void> write(RecordBatch batch) {
            begin(batch);
            CompletableFuture<Void> stage = new CompletableFuture<>();
            BiConsumer<RecordBatch, CompletableFuture<Void>> end = this::end;
            if (faults.happens(Kind.SINK_HUNG, 0.005)) {
                later.onceCalm(() -> end.accept(batch, stage));
            } else {
                later.after(0, faults.happens(Kind.SINK_SLOW, 0.02) ? 40_000 : 60, () -> end.accept(batch, stage));
            }
            return stage;
        }

        private void end(RecordBatch batch, CompletableFuture<Void> stage) {
            try {
                put(batch);
                stage.complete(null);
            } catch (Throwable e) {
                stage.completeExceptionally(e);
            }
        }

        @Override
        public @Nullable Checkpoint assigned(Assignment assignment) throws IOException {
            return assign(assignment);
        }

        @Override
        public boolean keepsPosition() {
            return variant.keepsPosition();
        }

        @Override
        public void revoked(TopicPartition partition, Revocation cause) {
            revoke(partition);
        }
    }
}
