package io.kafscale.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import javax.sql.DataSource;

/** A connection set up for one call, and given back as it was handed out: not every pool sees to that. */
record Borrowed(Connection connection, boolean autoCommit, int networkTimeoutMillis) implements AutoCloseable {

    private static final int UNSUPPORTED = -1;

    static Borrowed from(DataSource source, int networkTimeoutMillis) throws SQLException {
        Connection connection = source.getConnection();
        try {
            Borrowed borrowed =
                    new Borrowed(connection, connection.getAutoCommit(), limit(connection, networkTimeoutMillis));
            borrowed.setAutoCommit(true);
            return borrowed;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Limits the wait for the network, since a dead one brings no cancelled statement back. Returns the limit before. */
    private static int limit(Connection connection, int millis) throws SQLException {
        try {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, millis);
            return before;
        } catch (SQLFeatureNotSupportedException e) {
            return UNSUPPORTED;
        }
    }

    private void setAutoCommit(boolean wanted) throws SQLException {
        // Some drivers tell the database each time.
        if (connection.getAutoCommit() != wanted) {
            connection.setAutoCommit(wanted);
        }
    }

    @Override
    public void close() throws SQLException {
        try (Connection closed = connection) {
            if (!closed.isClosed()) {
                setAutoCommit(autoCommit);
                if (networkTimeoutMillis != UNSUPPORTED) {
                    closed.setNetworkTimeout(Runnable::run, networkTimeoutMillis);
                }
            }
        }
    }
}
