package io.kafscale.jdbc;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The user's database: a connection for each call, a limit for each statement, errors in words. The tables are looked for,
 * and if need be made, with the first call.
 *
 * <p>Thread safe.
 */
final class Database {

    /** What is done with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T with(Statements statements) throws SQLException, IOException;
    }

    /** The same, by what the database is called, too. */
    @FunctionalInterface
    private interface Session<T> {
        T with(Connection connection, String product, Statements statements) throws SQLException, IOException;
    }

    private final DataSource source;
    private final int timeoutSeconds;
    private final Function<String, List<Table>> tables;
    private volatile @Nullable String name;
    private volatile boolean hasTables;

    /**
     * A database.
     *
     * @param tables those needed in one that is called so, such as {@code PostgreSQL}
     */
    Database(DataSource source, Duration requestTimeout, Function<String, List<Table>> tables) {
        this.source = source;
        this.tables = tables;
        // JDBC counts in whole seconds, and takes 0 for no limit.
        this.timeoutSeconds = (int) Math.min(
                Integer.MAX_VALUE / 2000,
                requestTimeout.plusSeconds(1).minusNanos(1).toSeconds());
    }

    /** Such as {@code PostgreSQL at jdbc:postgresql://db:5432/app}, once it was reached. */
    String name() {
        String known = name;
        return known == null ? "the database of a " + source.getClass().getSimpleName() + ", not reached yet" : known;
    }

    /**
     * Has each statement be a transaction of its own.
     *
     * @param purpose begins the message of an error, such as {@code reading the checkpoints}
     */
    <T> T call(String purpose, Work<T> work) throws IOException {
        return open(purpose, (connection, product, statements) -> {
            makeTables(statements, product);
            return work.with(statements);
        });
    }

    /** Has all statements be one transaction. */
    <T> T transaction(String purpose, Work<T> work) throws IOException {
        return open(purpose, (connection, product, statements) -> {
            makeTables(statements, product);
            connection.setAutoCommit(false);
            try {
                T result = work.with(statements);
                connection.commit();
                return result;
            } catch (SQLException | IOException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            }
        });
    }

    /** A connection that cannot do so is ended here: turning auto-commit on again would commit half a transaction. */
    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException refused) {
            cause.addSuppressed(refused);
            try (Connection ended = connection) {
                ended.abort(Runnable::run);
            } catch (SQLException e) {
                cause.addSuppressed(e);
            }
        }
    }

    List<String> ddl() throws IOException {
        return open(
                "looking which database it is",
                (connection, product, statements) ->
                        tables.apply(product).stream().map(Table::ddl).toList());
    }

    private void makeTables(Statements statements, String product) throws SQLException {
        if (!hasTables) {
            Table.make(statements, tables.apply(product));
            hasTables = true;
        }
    }

    private <T> T open(String purpose, Session<T> session) throws IOException {
        try (Borrowed borrowed = Borrowed.from(source, 1000 * (timeoutSeconds + 1))) {
            Connection connection = borrowed.connection();
            DatabaseMetaData about = connection.getMetaData();
            String product = about.getDatabaseProductName();
            if (name == null) {
                name = DatabaseName.of(product, about.getURL());
            }
            Statements statements = new Statements(connection, timeoutSeconds);
            return H2Turn.isNeeded(product, about.getURL())
                    ? inTurn(purpose, () -> session.with(connection, product, statements))
                    : session.with(connection, product, statements);
        } catch (SQLException e) {
            throw new IOException(
                    purpose + " failed in " + name() + ": "
                            + DatabaseName.withoutPasswords(String.valueOf(e.getMessage())),
                    e);
        }
    }

    /** What is done at its turn. */
    @FunctionalInterface
    private interface Turn<T> {
        T use() throws SQLException, IOException;
    }

    private <T> T inTurn(String purpose, Turn<T> turn) throws SQLException, IOException {
        H2Turn.take(purpose + " in " + name(), timeoutSeconds);
        try {
            return turn.use();
        } finally {
            H2Turn.giveBack();
        }
    }
}
