package io.kafscale.jdbc;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Lease;
import io.kafscale.segment.TopicPartition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code kafscale_partitions}.
 *
 * @param owner who was given the newest lease and did not release it, dead or alive; null for nobody
 * @param token of the newest lease
 * @param version changes with the row
 * @param ownerLives whether {@code owner} has a row among the members
 */
record PartitionRow(
        TopicPartition partition,
        @Nullable String owner,
        long token,
        long version,
        boolean ownerLives,
        @Nullable Checkpoint checkpoint) {

    /** Reads rows as of one moment, the owner's row among them; a condition on {@code p} is to follow. */
    static final String SELECT =
            "SELECT p.topic, p.partition_no, p.owner, p.token, p.row_version, m.member_id AS living, p."
                    + String.join(", p.", Schema.FIGURES)
                    + " FROM kafscale_partitions p LEFT JOIN kafscale_members m"
                    + " ON m.group_name = p.group_name AND m.member_id = p.owner WHERE ";

    static PartitionRow of(ResultSet row) throws SQLException {
        return new PartitionRow(
                new TopicPartition(row.getString("topic"), row.getInt("partition_no")),
                row.getString("owner"),
                row.getLong("token"),
                row.getLong("row_version"),
                row.getString("living") != null,
                checkpoint(row));
    }

    private static @Nullable Checkpoint checkpoint(ResultSet row) throws SQLException {
        row.getLong("next_offset");
        if (row.wasNull()) {
            return null;
        }
        Map<String, Long> figures = new HashMap<>();
        for (String figure : Schema.FIGURES) {
            figures.put(figure, row.getLong(figure));
        }
        return Checkpoint.ofFigures(figures);
    }

    /** The lease that holds, or null when there is none. */
    @Nullable
    Lease lease() {
        return owner == null || !ownerLives ? null : new Lease(partition, owner, token);
    }

    boolean isHeldUnder(Lease lease) {
        return lease.equals(lease());
    }
}
