package io.kafscale.testkit.simulation;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all sinks write to that keep a position with their rows: each record is to be here once. */
final class SimulatedTable {

    private static final class Position {
        long epoch;
        long nextOffset;
    }

    private final DeliveryLedger ledger;
    private final Map<TopicPartition, Position> positions = new HashMap<>();
    private final Map<TopicPartition, Set<Long>> rows = new HashMap<>();

    SimulatedTable(DeliveryLedger ledger) {
        this.ledger = ledger;
    }

    /** Takes a partition's position under a new epoch, and says what it was. */
    @Nullable
    Checkpoint assigned(Assignment assignment) {
        Position position = positions.get(assignment.partition());
        if (position == null) {
            ledger.check(
                    assignment.start().nextOffset() == 0 || assignment.isMoved(),
                    "%s begins at %d, and its table knows nothing of it",
                    assignment.partition(),
                    assignment.start().nextOffset());
            position = new Position();
            position.epoch = assignment.epoch();
            position.nextOffset = assignment.start().nextOffset();
            positions.put(assignment.partition(), position);
            return null;
        }
        Checkpoint before = new Checkpoint(
                position.nextOffset, Checkpoint.UNKNOWN, position.epoch, Checkpoint.UNKNOWN, LossLedger.NONE);
        if (position.epoch < assignment.epoch()) {
            position.epoch = assignment.epoch();
            if (assignment.isMoved()) {
                position.nextOffset = assignment.start().nextOffset();
            }
        }
        return before;
    }

    /** One transaction: the epoch is compared, rows are added, the position moves. */
    void write(RecordBatch batch) throws IOException {
        Position position = positions.get(batch.topicPartition());
        if (position == null || position.epoch != batch.context().epoch()) {
            throw new IOException("fenced");
        }
        Set<Long> here = rows.computeIfAbsent(batch.topicPartition(), partition -> new HashSet<>());
        for (Record record : batch) {
            if (record.offset() >= position.nextOffset) {
                ledger.check(here.add(record.offset()), "%s: offset %d is there twice", batch, record.offset());
            }
        }
        position.nextOffset = Math.max(position.nextOffset, batch.nextOffset());
    }

    Set<Long> rows(TopicPartition partition) {
        return rows.getOrDefault(partition, Set.of());
    }
}
