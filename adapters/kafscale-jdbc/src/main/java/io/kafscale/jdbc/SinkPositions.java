package io.kafscale.jdbc;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.processor.Assignment;
import io.kafscale.segment.TopicPartition;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The positions of one group, each in a row.
 *
 * <pre>
 * kafscale_sink_positions
 *   group_name  \
 *   topic        | primary key
 *   partition_no /
 *   epoch            under which rows may be written
 *   next_offset      how far the rows go
 *   row_version      counts the row's takers
 * </pre>
 *
 * Every method is part of the caller's transaction. Thread safe.
 */
final class SinkPositions {

    private static final String NAME = "kafscale_sink_positions";

    /** Changes something, so that also drivers that count only rows that changed say that it is there. */
    private static final String LOCK =
            "UPDATE " + NAME + " SET row_version = row_version + 1 WHERE " + JdbcGroup.IS_PARTITION;

    private static final String READ = "SELECT epoch, next_offset FROM " + NAME + " WHERE " + JdbcGroup.IS_PARTITION;

    private static final String TAKE =
            "UPDATE " + NAME + " SET epoch = ?, next_offset = ? WHERE " + JdbcGroup.IS_PARTITION;

    private static final String INSERT = "INSERT INTO " + NAME
            + " (group_name, topic, partition_no, epoch, next_offset, row_version) VALUES (?, ?, ?, ?, ?, 0)";

    private static final String ADVANCE = "UPDATE " + NAME + " SET next_offset = ? WHERE " + JdbcGroup.IS_PARTITION
            + " AND epoch = ? AND next_offset >= ? AND next_offset <= ?";

    private final JdbcGroup group;
    private final boolean allowMissing;

    SinkPositions(JdbcGroup group, boolean allowMissing) {
        this.group = group;
        this.allowMissing = allowMissing;
    }

    static List<Table> tables(String product) {
        return List.of(
                new Table(NAME, "group_name, topic, partition_no, epoch, next_offset, row_version", """
                CREATE TABLE kafscale_sink_positions (
                  group_name VARCHAR(%d) NOT NULL,
                  topic VARCHAR(249) NOT NULL,
                  partition_no INTEGER NOT NULL,
                  epoch BIGINT NOT NULL,
                  next_offset BIGINT NOT NULL,
                  row_version BIGINT NOT NULL,
                  PRIMARY KEY (group_name, topic, partition_no)
                )%s""".formatted(
                                Schema.MAX_GROUP_LENGTH, Table.options(product))));
    }

    /**
     * What became of a position.
     *
     * @param now how it stands
     * @param answer what the runtime is to know of how it stood before; null when it was not there
     */
    record Taken(SinkPosition now, @Nullable Checkpoint answer) {}

    /** Takes a partition's row, as soon as whoever has changed it has committed. It stays locked for this transaction. */
    Taken take(Statements statements, Assignment assignment) throws SQLException {
        TopicPartition partition = assignment.partition();
        SinkPosition before =
                statements.update(LOCK, group.keyAnd(partition)) == 0 ? null : read(statements, partition);
        if (before == null) {
            return new Taken(insert(statements, assignment), null);
        }
        SinkPosition now = before.takenBy(assignment);
        statements.update(TAKE, JdbcGroup.and(now.epoch(), JdbcGroup.and(now.nextOffset(), group.keyAnd(partition))));
        // Under another epoch than it was to be nothing may be dispatched; being told, the runtime begins under a later
        // one.
        boolean isOurs = now.epoch() == assignment.epoch();
        return new Taken(now, (isOurs ? before : now).checkpoint());
    }

    private SinkPosition insert(Statements statements, Assignment assignment) throws SQLException {
        Checkpoint start = assignment.start();
        if (start.nextOffset() > 0 && !assignment.isMoved() && !allowMissing) {
            throw new IllegalStateException(assignment.partition() + " was processed up to offset "
                    + start.nextOffset() + ", but " + NAME + " has no position of it for group \"" + group.name()
                    + "\": the rows written so far may be in another database, or gone. Point the sink at the database it"
                    + " wrote to; or seek to where it is to begin; or, if the rows below are not wanted or were written"
                    + " by another sink, say allowMissingPosition()");
        }
        statements.update(INSERT, group.keyAnd(assignment.partition(), assignment.epoch(), start.nextOffset()));
        return new SinkPosition(assignment.epoch(), start.nextOffset());
    }

    @Nullable
    SinkPosition read(Statements statements, TopicPartition partition) throws SQLException {
        List<SinkPosition> found = statements.query(
                READ, row -> new SinkPosition(row.getLong(1), row.getLong(2)), group.keyAnd(partition));
        return found.isEmpty() ? null : found.get(0);
    }

    /**
     * Moves a position to {@code to}, if it is under this epoch and stands between the two offsets; from here on its row is
     * locked for this transaction.
     */
    boolean advance(Statements statements, TopicPartition partition, long epoch, long atLeast, long atMost, long to)
            throws SQLException {
        return statements.update(ADVANCE, JdbcGroup.and(to, group.keyAnd(partition, epoch, atLeast, atMost))) == 1;
    }

    @Override
    public String toString() {
        return NAME + " of group \"" + group.name() + "\"";
    }
}
