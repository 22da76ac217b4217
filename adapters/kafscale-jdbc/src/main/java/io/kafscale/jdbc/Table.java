package io.kafscale.jdbc;

import java.sql.SQLException;
import java.util.List;

/**
 * A table that this library needs.
 *
 * @param columns all that are used, separated by commas
 * @param ddl the statement that makes it
 */
record Table(String name, String columns, String ddl) {

    /** Makes what is missing; others may be doing the same right now. */
    static void make(Statements statements, List<Table> tables) throws SQLException {
        for (Table table : tables) {
            try {
                table.find(statements);
            } catch (SQLException missing) {
                table.make(statements, missing);
            }
        }
    }

    private void make(Statements statements, SQLException missing) throws SQLException {
        try {
            statements.update(ddl);
        } catch (SQLException refused) {
            try {
                // Another one may have been quicker.
                find(statements);
            } catch (SQLException stillMissing) {
                refused.addSuppressed(missing);
                throw new SQLException(
                        "table " + name + " cannot be read (" + stillMissing.getMessage() + ") nor created ("
                                + refused.getMessage() + "); have someone who may create it run what ddl() returns",
                        refused);
            }
        }
    }

    /** Fails unless the table is there with all columns: without them nothing else would work either. */
    private void find(Statements statements) throws SQLException {
        statements.query("SELECT " + columns + " FROM " + name + " WHERE 1 = 0", row -> row);
    }

    /** MariaDB and MySQL take "orders" and "Orders" for the same unless told; and not every engine has transactions. */
    static String options(String product) {
        return product.equals("MariaDB") || product.equals("MySQL")
                ? " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
                : "";
    }
}
