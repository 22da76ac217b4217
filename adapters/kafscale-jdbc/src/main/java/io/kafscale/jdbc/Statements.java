package io.kafscale.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Statements on one connection, each with the time limit. Lives as long as one {@link Database#call}. */
final class Statements {

    @FunctionalInterface
    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private final Connection connection;
    private final int timeoutSeconds;

    Statements(Connection connection, int timeoutSeconds) {
        this.connection = connection;
        this.timeoutSeconds = timeoutSeconds;
    }

    /** The connection, for what an application does in the same transaction. */
    Connection connection() {
        return connection;
    }

    /** Returns how many rows there were. */
    int update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    /** Returns for each how many rows there were, or {@link java.sql.Statement#SUCCESS_NO_INFO}. */
    int[] batch(String sql, List<Object[]> values) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            for (Object[] one : values) {
                bind(statement, one);
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    <T> List<T> query(String sql, Row<T> mapping, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            bind(statement, values);
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(mapping.of(rows));
                }
            }
            return found;
        } catch (IllegalArgumentException e) {
            throw new SQLException("a row was not written by this library: " + e.getMessage(), e);
        }
    }

    /** A statement with the time limit; its user closes it. */
    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout(timeoutSeconds);
        return statement;
    }

    private static void bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }
}
