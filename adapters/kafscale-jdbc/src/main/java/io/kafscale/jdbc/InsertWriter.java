package io.kafscale.jdbc;

import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.segment.Record;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;

/** Executes one statement for each record, many at once. Thread safe. */
final class InsertWriter implements RowWriter {

    /** Enough to make the way to the database count for little. */
    private static final int ROWS_AT_ONCE = 1000;

    /** Classes of SQL states: a value that does not fit its column, a constraint. */
    private static final String DATA = "22";

    private static final String CONSTRAINT = "23";

    /** SQLite's driver tells no states. */
    private static final int SQLITE_CONSTRAINT = 19;

    private final String sql;
    private final JdbcSink.Binder binder;

    InsertWriter(String sql, JdbcSink.Binder binder) {
        this.sql = Objects.requireNonNull(sql, "sql");
        this.binder = Objects.requireNonNull(binder, "binder");
    }

    @Override
    public void write(Statements statements, RecordBatch batch) throws SQLException {
        try {
            insert(statements, batch);
        } catch (SQLException e) {
            if (isOfARecord(e)) {
                statements.connection().rollback();
                blame(statements, batch, e);
            }
            throw e;
        }
    }

    private void insert(Statements statements, RecordBatch batch) throws SQLException {
        try (PreparedStatement statement = statements.prepare(sql)) {
            int rows = 0;
            for (Record record : batch) {
                bind(statement, record);
                statement.addBatch();
                rows++;
                if (rows == ROWS_AT_ONCE) {
                    statement.executeBatch();
                    rows = 0;
                }
            }
            if (rows > 0) {
                statement.executeBatch();
            }
        }
    }

    /**
     * Says which record it is, by inserting one after the other: of a batch that fails, drivers count what they like, and
     * PostgreSQL's within a transaction nothing at all. What is inserted here is rolled back in any case.
     */
    private void blame(Statements statements, RecordBatch batch, SQLException refused) throws SQLException {
        try (PreparedStatement statement = statements.prepare(sql)) {
            for (Record record : batch) {
                bind(statement, record);
                try {
                    statement.executeUpdate();
                } catch (SQLException e) {
                    if (isOfARecord(e)) {
                        throw new RecordFailedException(record.offset(), e);
                    }
                    refused.addSuppressed(e);
                    throw refused;
                }
            }
        }
    }

    private void bind(PreparedStatement statement, Record record) throws SQLException {
        try {
            binder.bind(statement, record);
        } catch (SQLException | RecordFailedException e) {
            throw e;
        } catch (Exception e) {
            throw new RecordFailedException(record.offset(), e);
        }
    }

    private static boolean isOfARecord(SQLException failure) {
        for (SQLException e = failure; e != null; e = e.getNextException()) {
            String state = e.getSQLState();
            boolean isOfARecord = state == null
                    ? (e.getErrorCode() & 0xFF) == SQLITE_CONSTRAINT
                    : state.startsWith(DATA) || state.startsWith(CONSTRAINT);
            if (isOfARecord) {
                return true;
            }
        }
        return false;
    }
}
