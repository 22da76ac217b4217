package io.kafscale.jdbc;

import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Writes one batch. The position is moved first, which locks its row and checks the epoch; the rows come after.
 *
 * <p>Under one epoch only its owner moves the position, and only forwards, batch after batch. So it stands
 * <ul>
 *   <li>where the batch begins, or below: what is between had no record left for the sink;
 *   <li>within the batch or at its end, when it was committed before and the answer was lost;
 *   <li>below what is known to be committed only when the database was set back.
 * </ul>
 */
final class SinkTransaction {

    private final SinkPositions positions;
    private final RowWriter writer;
    private final RecordBatch batch;
    private final TopicPartition partition;
    private final long epoch;
    private final long committed;
    private final String purpose;

    SinkTransaction(SinkPositions positions, RowWriter writer, RecordBatch batch, long committed, String purpose) {
        this.positions = positions;
        this.writer = writer;
        this.batch = batch;
        this.partition = batch.topicPartition();
        this.epoch = batch.context().epoch();
        this.committed = committed;
        this.purpose = purpose;
    }

    /** Returns up to where rows are there, once this is committed. */
    long run(Statements statements) throws SQLException, IOException {
        long next = batch.nextOffset();
        if (positions.advance(statements, partition, epoch, committed, batch.firstOffset(), next)) {
            write(statements, batch.firstOffset());
            return next;
        }
        long reached = reached(positions.read(statements, partition));
        if (reached >= next) {
            return reached;
        }
        if (!positions.advance(statements, partition, epoch, reached, reached, next)) {
            throw new IllegalStateException(purpose + ": the position in " + positions + " changed just now");
        }
        write(statements, reached);
        return next;
    }

    private long reached(@Nullable SinkPosition found) {
        if (found == null) {
            throw new IllegalStateException(
                    purpose + ": its row in " + positions + " was deleted, nothing was written; restart this worker");
        }
        if (found.epoch() != epoch) {
            throw new IllegalStateException(purpose + " under epoch " + epoch + " was refused, since " + positions
                    + " is at epoch " + found.epoch() + ": another worker has taken the partition over");
        }
        if (found.nextOffset() < committed) {
            throw new IllegalStateException(purpose + ": rows up to offset " + (committed - 1)
                    + " were committed, but " + positions + " is at " + found.nextOffset()
                    + ": the database was set back, or is a replica that was behind. Restart this worker, and it goes on"
                    + " from there");
        }
        return found.nextOffset();
    }

    private void write(Statements statements, long from) throws SQLException, IOException {
        TransactionBatch records = new TransactionBatch(batch, from);
        try {
            writer.write(statements, records);
        } catch (SQLException | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(purpose + " failed: " + e, e);
        }
        records.checkRead();
    }
}
