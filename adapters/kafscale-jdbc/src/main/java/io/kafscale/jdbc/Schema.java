package io.kafscale.jdbc;

import io.kafscale.checkpoint.Checkpoint;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The two tables of a checkpoint store.
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

    static List<Table> tables(String product) {
        return List.of(members(product), partitions(product));
    }

    private static Table members(String product) {
        return new Table(
                "kafscale_members",
                "group_name, member_id, topics, max_partitions, ttl_ms, heartbeat, has_left",
                """
                CREATE TABLE kafscale_members (
                  group_name VARCHAR(%d) NOT NULL,
                  member_id VARCHAR(250) NOT NULL,
                  topics VARCHAR(%d) NOT NULL,
                  max_partitions INTEGER NOT NULL,
                  ttl_ms BIGINT NOT NULL,
                  heartbeat BIGINT NOT NULL,
                  has_left SMALLINT NOT NULL,
                  PRIMARY KEY (group_name, member_id)
                )%s""".formatted(MAX_GROUP_LENGTH, MAX_TOPICS_LENGTH, Table.options(product)));
    }

    private static Table partitions(String product) {
        String figures =
                FIGURES.stream().map(name -> "  " + name + " BIGINT,\n").collect(Collectors.joining());
        return new Table(
                "kafscale_partitions",
                "group_name, topic, partition_no, owner, token, committed_token, row_version, "
                        + String.join(", ", FIGURES),
                """
                CREATE TABLE kafscale_partitions (
                  group_name VARCHAR(%d) NOT NULL,
                  topic VARCHAR(249) NOT NULL,
                  partition_no INTEGER NOT NULL,
                  owner VARCHAR(250),
                  token BIGINT NOT NULL,
                  committed_token BIGINT NOT NULL,
                  row_version BIGINT NOT NULL,
                %s  PRIMARY KEY (group_name, topic, partition_no)
                )%s""".formatted(MAX_GROUP_LENGTH, figures, Table.options(product)));
    }
}
