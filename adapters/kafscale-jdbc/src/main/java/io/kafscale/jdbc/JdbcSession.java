package io.kafscale.jdbc;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.MemberId;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** A membership. It lives as long as its row among the members, and with it live its leases. */
final class JdbcSession implements GroupSession {

    /** How often an acquisition looks again when others were quicker. */
    private static final int LOOKS = 5;

    private static final String JOIN =
            "INSERT INTO kafscale_members (group_name, " + Member.COLUMNS + ") VALUES (?, ?, ?, ?, ?, 0, 0)";

    private static final String IS_ME = "group_name = ? AND member_id = ?";

    private static final String RENEW =
            "UPDATE kafscale_members SET heartbeat = heartbeat + 1 WHERE " + IS_ME + " AND has_left = 0";

    private static final String TAKE_PART = "SELECT 1 FROM kafscale_members WHERE " + IS_ME + " AND has_left = 0";

    private static final String ACQUIRE_FIRST = "INSERT INTO kafscale_partitions"
            + " (group_name, topic, partition_no, owner, token, committed_token, row_version)"
            + " SELECT group_name, ?, ?, member_id, 1, 0, 0 FROM kafscale_members WHERE " + IS_ME + " AND has_left = 0";

    private static final String ACQUIRE = "UPDATE kafscale_partitions SET owner = ?, token = token + 1,"
            + " row_version = row_version + 1 WHERE " + JdbcGroup.IS_PARTITION + " AND row_version = ? AND "
            + JdbcGroup.IS_FREE + " AND EXISTS (" + TAKE_PART + ")";

    private static final String RELEASE =
            "UPDATE kafscale_partitions SET owner = NULL, row_version = row_version + 1 WHERE "
                    + JdbcGroup.IS_PARTITION
                    + " AND owner = ? AND token = ? AND EXISTS (SELECT 1 FROM kafscale_members WHERE " + IS_ME + ")";

    private static final String LEAVE =
            "DELETE FROM kafscale_members WHERE " + IS_ME + " AND " + JdbcGroup.OWNS_NOTHING;

    private static final String LEAVE_LEASES = "UPDATE kafscale_members SET has_left = 1 WHERE " + IS_ME;

    private final Database database;
    private final JdbcGroup group;
    private final String memberId;
    private final Silence silence;
    private final JdbcCommits commits;
    /** The releases that were sent and not refused; a repeated one finds itself here. */
    private final Map<TopicPartition, Lease> releasing = new ConcurrentHashMap<>();

    private volatile boolean left;

    private JdbcSession(Database database, JdbcGroup group, String memberId, LongSupplier nanoTime) {
        this.database = database;
        this.group = group;
        this.memberId = memberId;
        this.silence = new Silence(nanoTime);
        this.commits = new JdbcCommits(database, group, memberId);
    }

    static JdbcSession join(
            Database database, JdbcGroup group, Subscription subscription, Duration ttl, LongSupplier nanoTime)
            throws IOException {
        String memberId = MemberId.next();
        long ttlMillis = ttl.plusMillis(1).minusNanos(1).toMillis();
        database.call(
                "joining group \"" + group.name() + "\"",
                statements -> statements.update(
                        JOIN, group.name(), memberId, subscription.topics(), subscription.maxPartitions(), ttlMillis));
        return new JdbcSession(database, group, memberId, nanoTime);
    }

    @Override
    public String memberId() {
        return memberId;
    }

    @Override
    public GroupView heartbeat() throws IOException {
        if (left) {
            throw expired();
        }
        return database.call("renewing the leases of " + memberId, statements -> {
            if (statements.update(RENEW, group.name(), memberId) == 0) {
                throw expired();
            }
            return view(statements);
        });
    }

    /** One at a time: a look that began earlier and ended later would turn back what is known of the others. */
    private synchronized GroupView view(Statements statements) throws SQLException {
        List<Member> members = new ArrayList<>(group.members(statements));
        List<Member> others =
                members.stream().filter(member -> !member.id().equals(memberId)).toList();
        for (Member dead : silence.among(others)) {
            if (group.declareDead(statements, dead)) {
                members.remove(dead);
            }
        }
        return JdbcGroup.view(members, group.owners(statements));
    }

    @Override
    public Acquisition acquire(TopicPartition partition) {
        if (left) {
            return new Acquisition.Unknown(expired());
        }
        try {
            return database.call("acquiring " + partition, statements -> acquire(statements, partition));
        } catch (IOException e) {
            return new Acquisition.Unknown(e);
        }
    }

    private Acquisition acquire(Statements statements, TopicPartition partition) throws SQLException, IOException {
        boolean takesPart = !statements
                .query(TAKE_PART, row -> memberId, group.name(), memberId)
                .isEmpty();
        if (!takesPart) {
            throw expired();
        }
        for (int look = 0; look < LOOKS; look++) {
            PartitionRow found = group.partition(statements, partition);
            Lease lease = found == null ? null : found.lease();
            if (found != null && lease != null) {
                return lease.memberId().equals(memberId)
                        ? new Acquisition.Acquired(lease, found.checkpoint())
                        : new Acquisition.Held(lease.memberId());
            }
            if (found == null ? takeFirst(statements, partition) : take(statements, found)) {
                return found == null
                        ? new Acquisition.Acquired(new Lease(partition, memberId, 1), null)
                        : new Acquisition.Acquired(
                                new Lease(partition, memberId, found.token() + 1), found.checkpoint());
            }
        }
        throw new IOException(
                partition + " in " + database.name() + " changed hands while it was acquired; acquire it again");
    }

    /** Takes it exactly as it was found, checkpoint and all: the owner before may still have been committing. */
    private boolean take(Statements statements, PartitionRow found) throws SQLException {
        Object[] condition = group.keyAnd(found.partition(), found.version(), group.name(), memberId);
        return statements.update(ACQUIRE, JdbcGroup.and(memberId, condition)) == 1;
    }

    private boolean takeFirst(Statements statements, TopicPartition partition) throws SQLException {
        try {
            return statements.update(ACQUIRE_FIRST, partition.topic(), partition.partition(), group.name(), memberId)
                    == 1;
        } catch (SQLException e) {
            // Drivers do not agree on how to say "duplicate key"; but if that was it, then the row is there now.
            if (group.partition(statements, partition) == null) {
                throw e;
            }
            return false;
        }
    }

    @Override
    public List<Outcome> commit(List<Commit> wanted) {
        return commits.commit(wanted);
    }

    @Override
    public Outcome release(Lease lease) {
        TopicPartition partition = lease.partition();
        boolean isRepeated = lease.memberId().equals(memberId) && lease.equals(releasing.put(partition, lease));
        try {
            return database.call("releasing " + partition, statements -> {
                Object[] condition = group.keyAnd(partition, memberId, lease.token(), group.name(), memberId);
                // If an earlier release was sent, then that it is gone is what was asked for.
                if (statements.update(RELEASE, condition) == 1 || isRepeated) {
                    return new Outcome.Applied();
                }
                releasing.remove(partition, lease);
                return JdbcCommits.fenced(group.partition(statements, partition));
            });
        } catch (IOException e) {
            return new Outcome.Unknown(e);
        }
    }

    @Override
    public void leave() throws IOException {
        if (left) {
            return;
        }
        left = true;
        database.call(memberId + ", leaving,", statements -> {
            int gone = statements.update(LEAVE, group.name(), memberId);
            return gone == 1 ? gone : statements.update(LEAVE_LEASES, group.name(), memberId);
        });
    }

    private SessionExpiredException expired() {
        return new SessionExpiredException("member " + memberId + " of group \"" + group.name() + "\" in "
                + database.name()
                + (left ? " has left" : " was declared dead: no heartbeat arrived for its TTL")
                + "; it has to join again");
    }
}
