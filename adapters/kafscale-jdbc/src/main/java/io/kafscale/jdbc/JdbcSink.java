package io.kafscale.jdbc;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.BatchContext;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.Sink;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows and the offset after them in one transaction, so that each record's rows are there once, whatever fails,
 * crashes, or arrives late: PostgreSQL, MariaDB, MySQL, H2 or SQLite.
 *
 * <pre>{@code
 * .topic("orders", JdbcSink.into(dataSource)
 *         .group("orders-to-warehouse")
 *         .insert("INSERT INTO orders (id, body) VALUES (?, ?)", (statement, record) -> {
 *             statement.setString(1, record.key().toUtf8());
 *             statement.setString(2, record.value().toUtf8());
 *         })
 *         .build())
 * }</pre>
 *
 * <p><b>Position.</b> The table {@code kafscale_sink_positions} has a row for each group and partition. It is made with the
 * first call where it is missing; a user who may not create tables needs {@code SELECT}, {@code INSERT} and {@code UPDATE} on
 * it, and has it made beforehand from {@link #ddl()}. Where it and the checkpoint store differ, as after a crash, the
 * processor goes on from here. Exceptions are a seek, after which the position is where it was sought to; and a checkpoint
 * reset from outside while no worker runs, which counts when it leads back. In both cases rows of the same records come
 * again.
 *
 * <p><b>A stale worker</b> writes nothing. Each assignment takes the position's row under a later epoch, once transactions
 * that are under way have ended; the first statement of each transaction is conditional on that epoch.
 *
 * <p><b>Connections.</b> Each call takes a connection and gives it back as it was; use a pool, with as many connections as
 * writes at once. Any isolation from {@code READ COMMITTED} up is enough. A worker whose machine vanishes in the middle of a
 * transaction leaves its rows locked until the database ends the connection, so have it do that in good time
 * ({@code idle_in_transaction_session_timeout} in PostgreSQL, {@code idle_transaction_timeout} in MariaDB). An H2 file needs
 * {@code WRITE_DELAY=0} in its URL, and is worked on one call at a time, those of a {@link JdbcCheckpointStore} included: only
 * so is a transaction there whole or not at all when the process is killed.
 *
 * <p>Thread safe. Nothing is connected to before the first call; the data source is its maker's to close.
 */
public final class JdbcSink implements Sink {

    /** Does an application's own SQL in the sink's transaction. Thread safe. */
    @FunctionalInterface
    public interface Writer {

        /**
         * Writes records.
         *
         * @param connection of the transaction that moves the offset, too; neither to be committed, rolled back nor closed
         * @param batch the records to write; some at the beginning are left out when they were written before, and none is left
         *     when a filter took all. It cannot be confirmed in part
         * @throws io.kafscale.processor.RecordFailedException to name the record that cannot be written
         * @throws Exception anything; the transaction is then rolled back, and the batch tried again after a pause
         */
        void write(Connection connection, RecordBatch batch) throws Exception;
    }

    /** Sets the values of a statement for a record. Thread safe. */
    @FunctionalInterface
    public interface Binder {

        /**
         * Sets all values.
         *
         * @throws Exception when the record has not what it takes
         */
        void bind(PreparedStatement statement, Record record) throws Exception;
    }

    private final Database database;
    private final SinkPositions positions;
    private final RowWriter writer;
    /** Up to where rows are known to be committed; what the database has may be further, when an answer was lost. */
    private final Map<TopicPartition, Long> committed = new ConcurrentHashMap<>();

    JdbcSink(Database database, SinkPositions positions, RowWriter writer) {
        this.database = database;
        this.positions = positions;
        this.writer = writer;
    }

    /**
     * Begins a sink.
     *
     * @param source best a pool; it is not closed by the sink
     */
    public static JdbcSinkBuilder into(DataSource source) {
        return new JdbcSinkBuilder(source);
    }

    /**
     * The statements that make the table of positions in this database, for whoever may execute them. Asks the database only
     * which one it is.
     *
     * @throws IOException when it cannot be reached
     */
    public List<String> ddl() throws IOException {
        return database.ddl();
    }

    /**
     * Takes the partition's position.
     *
     * @throws IllegalStateException when there is none though the partition was processed, unless
     *     {@link JdbcSinkBuilder#allowMissingPosition()}
     * @throws IOException when the database cannot be reached or refuses, or the transaction of an owner before lasts longer
     *     than a statement may
     */
    @Override
    public @Nullable Checkpoint assigned(Assignment assignment) throws IOException {
        String purpose = "taking " + assignment.partition() + " under epoch " + assignment.epoch();
        SinkPositions.Taken taken = database.transaction(purpose, statements -> {
            SinkPositions.Taken position = positions.take(statements, assignment);
            checkLease(purpose, assignment.context());
            return position;
        });
        committed.put(assignment.partition(), taken.now().nextOffset());
        return taken.answer();
    }

    /** It does: batches that a filter or an error policy emptied move it, too. */
    @Override
    public boolean keepsPosition() {
        return true;
    }

    /**
     * Only now is the row locked: whoever owns the partition after us takes the row after us. Without this a worker that was
     * paused on its way here could take it from the one that owns the partition meanwhile.
     */
    private static void checkLease(String purpose, BatchContext context) {
        if (context.isRevoked() || context.remainingLease().isZero()) {
            throw new IllegalStateException(purpose + " came too late: the lease has ended, nothing was changed");
        }
    }

    /**
     * Writes what is not there yet of a batch, and moves the position to its end. When the transaction's outcome is not
     * known, the next call finds out.
     *
     * @throws IllegalStateException when the partition was taken under another epoch, or the database was set back; nothing
     *     was written
     * @throws io.kafscale.processor.RecordFailedException when one record is to blame; nothing was written
     * @throws IOException when the database cannot be reached or refuses; perhaps everything was written
     * @throws Exception anything else that the writer throws; nothing was written
     */
    @Override
    public void write(RecordBatch batch) throws Exception {
        Long atLeast = committed.get(batch.topicPartition());
        if (atLeast == null) {
            throw new IllegalStateException(batch.topicPartition()
                    + " was not assigned to this sink; a sink around it has to hand on assigned and revoked, too");
        }
        String purpose = "writing " + batch.topicPartition() + " offsets " + batch.firstOffset() + " to "
                + (batch.nextOffset() - 1);
        SinkTransaction transaction = new SinkTransaction(positions, writer, batch, atLeast, purpose);
        committed.put(batch.topicPartition(), database.transaction(purpose, transaction::run));
    }

    @Override
    public void revoked(TopicPartition partition, Revocation cause) {
        committed.remove(partition);
    }

    @Override
    public String toString() {
        return "rows with " + positions + " in " + database.name();
    }
}
