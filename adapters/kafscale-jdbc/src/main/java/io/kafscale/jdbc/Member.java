package io.kafscale.jdbc;

import io.kafscale.checkpoint.Subscription;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A row of {@code kafscale_members}.
 *
 * @param heartbeat counts its renewals; nothing but that it changes means anything
 * @param hasLeft no member any more, though its leases may hold for a TTL
 */
record Member(String id, Subscription subscription, Duration ttl, long heartbeat, boolean hasLeft) {

    static final String COLUMNS = "member_id, topics, max_partitions, ttl_ms, heartbeat, has_left";

    static Member of(ResultSet row) throws SQLException {
        return new Member(
                row.getString("member_id"),
                new Subscription(row.getString("topics"), row.getInt("max_partitions")),
                Duration.ofMillis(row.getLong("ttl_ms")),
                row.getLong("heartbeat"),
                row.getInt("has_left") != 0);
    }
}
