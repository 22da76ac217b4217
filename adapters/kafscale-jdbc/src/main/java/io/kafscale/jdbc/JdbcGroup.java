package io.kafscale.jdbc;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the tables hold of one group. */
record JdbcGroup(String name) {

    /** Of a partition that was given back, or whose owner died. */
    static final String IS_FREE = "(owner IS NULL OR NOT EXISTS (SELECT 1 FROM kafscale_members m"
            + " WHERE m.group_name = kafscale_partitions.group_name AND m.member_id = kafscale_partitions.owner))";

    /** Of a member without leases. */
    static final String OWNS_NOTHING = "NOT EXISTS (SELECT 1 FROM kafscale_partitions p"
            + " WHERE p.group_name = kafscale_members.group_name AND p.owner = kafscale_members.member_id)";

    /** Names one partition. */
    static final String IS_PARTITION = "group_name = ? AND topic = ? AND partition_no = ?";

    private static final String READ_MEMBERS =
            "SELECT " + Member.COLUMNS + " FROM kafscale_members WHERE group_name = ?";

    /** The join drops the leases of dead members. */
    private static final String READ_OWNERS = "SELECT p.topic, p.partition_no, p.owner, p.token"
            + " FROM kafscale_partitions p JOIN kafscale_members m"
            + " ON m.group_name = p.group_name AND m.member_id = p.owner WHERE p.group_name = ?";

    /** Conditional on the heartbeat seen: one that renewed meanwhile lives. */
    private static final String DECLARE_DEAD =
            "DELETE FROM kafscale_members WHERE group_name = ? AND member_id = ? AND heartbeat = ?";

    private static final String READ_PARTITIONS = PartitionRow.SELECT + "p.group_name = ?";

    private static final String READ_PARTITION =
            PartitionRow.SELECT + "p.group_name = ? AND p.topic = ? AND p.partition_no = ?";

    /**
     * A group that is to have rows.
     *
     * @throws IllegalArgumentException when the name is empty, too long, or ends with a blank, which some databases drop
     */
    static JdbcGroup named(String name) {
        if (name.isEmpty() || name.length() > Schema.MAX_GROUP_LENGTH || name.endsWith(" ")) {
            throw new IllegalArgumentException("\"" + name + "\" cannot name a group in a database: it takes 1 to "
                    + Schema.MAX_GROUP_LENGTH + " characters, the last of them not a blank");
        }
        return new JdbcGroup(name);
    }

    /** The values of {@link #IS_PARTITION}, and more behind them. */
    Object[] keyAnd(TopicPartition partition, Object... more) {
        return Stream.concat(Stream.of(name, partition.topic(), partition.partition()), Stream.of(more))
                .toArray();
    }

    /** One array of values out of a value and an array. */
    static Object[] and(Object first, Object... more) {
        return Stream.concat(Stream.of(first), Stream.of(more)).toArray();
    }

    List<Member> members(Statements statements) throws SQLException {
        return statements.query(READ_MEMBERS, Member::of, name);
    }

    Map<TopicPartition, Lease> owners(Statements statements) throws SQLException {
        List<Lease> leases = statements.query(
                READ_OWNERS,
                row -> new Lease(
                        new TopicPartition(row.getString("topic"), row.getInt("partition_no")),
                        row.getString("owner"),
                        row.getLong("token")),
                name);
        Map<TopicPartition, Lease> owners = new HashMap<>();
        leases.forEach(lease -> owners.put(lease.partition(), lease));
        return owners;
    }

    List<PartitionRow> partitions(Statements statements) throws SQLException {
        return statements.query(READ_PARTITIONS, PartitionRow::of, name);
    }

    @Nullable
    PartitionRow partition(Statements statements, TopicPartition partition) throws SQLException {
        List<PartitionRow> found = statements.query(READ_PARTITION, PartitionRow::of, keyAnd(partition));
        return found.isEmpty() ? null : found.get(0);
    }

    /** Ends a member and all its leases, unless it renewed since it was read. Returns whether it ended here. */
    boolean declareDead(Statements statements, Member member) throws SQLException {
        return statements.update(DECLARE_DEAD, name, member.id(), member.heartbeat()) == 1;
    }

    GroupState state(Statements statements) throws SQLException {
        List<Member> members = members(statements);
        Map<TopicPartition, Lease> owners = new HashMap<>();
        Map<TopicPartition, Checkpoint> checkpoints = new HashMap<>();
        for (PartitionRow row : partitions(statements)) {
            Lease lease = row.lease();
            if (lease != null) {
                owners.put(row.partition(), lease);
            }
            Checkpoint checkpoint = row.checkpoint();
            if (checkpoint != null) {
                checkpoints.put(row.partition(), checkpoint);
            }
        }
        return new GroupState(view(members, owners), checkpoints);
    }

    static GroupView view(Collection<Member> members, Map<TopicPartition, Lease> owners) {
        Map<String, Subscription> subscriptions = new HashMap<>();
        for (Member member : members) {
            if (!member.hasLeft()) {
                subscriptions.put(member.id(), member.subscription());
            }
        }
        return new GroupView(subscriptions, owners);
    }
}
