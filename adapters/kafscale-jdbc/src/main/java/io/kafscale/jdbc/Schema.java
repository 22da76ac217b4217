package io.kafscale.jdbc;

import io.kafscale.checkpoint.Checkpoint;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The two tables.
 *
 * <pre>
 * kafscale_partitions                          kafscale_members
 *   group_name  \                                group_name  \ primary key
 *   topic        | primary key                   member_id   /
 *   partition_no /                               topics           what it subscribed to
 *   owner            a member's id, or null      max_partitions
 *   token            of the newest lease         ttl_ms
 *   committed_token  the lease that wrote this:  heartbeat        counts its renewals
 *   next_offset      null before the first       has_left         1: no member any more, but its
 *   ... the other figures of a checkpoint                         leases hold for a TTL
 *   row_version      counts the row's changes
 * </pre>
 *
 * A lease holds as long as its partition names its owner and token, <em>and</em> the owner has a row among the members:
 * deleting that one row ends all leases of a dead member at once. Partition rows are never deleted, so that tokens only
 * grow.
 */
final class Schema {

    static final int MAX_GROUP_LENGTH = 200;
    static final int MAX_TOPICS_LENGTH = 10_000;

    /** The columns of a checkpoint, in their order. */
    static final List<String> FIGURES = List.copyOf(Checkpoint.at(0).figures().keySet());

    private Schema() {}

    static List<String> ddl(String product) {
        return List.copyOf(tables(product).values());
    }

    /** Makes what is missing; others may be doing the same right now. */
    static void make(Statements statements, String product) throws SQLException {
        for (Map.Entry<String, String> table : tables(product).entrySet()) {
            try {
                find(statements, table.getKey());
            } catch (SQLException missing) {
                make(statements, table.getKey(), table.getValue(), missing);
            }
        }
    }

    private static void make(Statements statements, String table, String ddl, SQLException missing)
            throws SQLException {
        try {
            statements.update(ddl);
        } catch (SQLException refused) {
            try {
                // Another one may have been quicker.
                find(statements, table);
            } catch (SQLException stillMissing) {
                refused.addSuppressed(missing);
                throw new SQLException(
                        "table " + table + " cannot be read (" + stillMissing.getMessage() + ") nor created ("
                                + refused.getMessage() + "); have someone who may create it run what ddl() returns",
                        refused);
            }
        }
    }

    /** Fails unless the table is there with all columns: without them nothing else would work either. */
    private static void find(Statements statements, String table) throws SQLException {
        String columns = table.equals("kafscale_members")
                ? "group_name, member_id, topics, max_partitions, ttl_ms, heartbeat, has_left"
                : "group_name, topic, partition_no, owner, token, committed_token, row_version, "
                        + String.join(", ", FIGURES);
        statements.query("SELECT " + columns + " FROM " + table + " WHERE 1 = 0", row -> row);
    }

    private static Map<String, String> tables(String product) {
        String figures =
                FIGURES.stream().map(name -> "  " + name + " BIGINT,\n").collect(Collectors.joining());
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("kafscale_members", """
                CREATE TABLE kafscale_members (
                  group_name VARCHAR(%d) NOT NULL,
                  member_id VARCHAR(250) NOT NULL,
                  topics VARCHAR(%d) NOT NULL,
                  max_partitions INTEGER NOT NULL,
                  ttl_ms BIGINT NOT NULL,
                  heartbeat BIGINT NOT NULL,
                  has_left SMALLINT NOT NULL,
                  PRIMARY KEY (group_name, member_id)
                )%s""".formatted(MAX_GROUP_LENGTH, MAX_TOPICS_LENGTH, options(product)));
        tables.put("kafscale_partitions", """
                CREATE TABLE kafscale_partitions (
                  group_name VARCHAR(%d) NOT NULL,
                  topic VARCHAR(249) NOT NULL,
                  partition_no INTEGER NOT NULL,
                  owner VARCHAR(250),
                  token BIGINT NOT NULL,
                  committed_token BIGINT NOT NULL,
                  row_version BIGINT NOT NULL,
                %s  PRIMARY KEY (group_name, topic, partition_no)
                )%s""".formatted(MAX_GROUP_LENGTH, figures, options(product)));
        return tables;
    }

    /** MariaDB and MySQL take "orders" and "Orders" for the same unless told; and not every engine has transactions. */
    private static String options(String product) {
        return product.equals("MariaDB") || product.equals("MySQL")
                ? " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
                : "";
    }
}
