package io.kafscale.jdbc;

import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.checkpoint.Lease;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Deletes one group, once it is certain that nobody uses it. Workers that crashed left their member rows behind: they are
 * watched for their TTL, as members watch each other. One that lives shows within a third of that, mostly.
 */
final class Deletion {

    /** Members whose TTL is longer are not waited for. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final long MILLIS_BETWEEN_LOOKS = 100;

    private static final String FORGET = "UPDATE kafscale_partitions SET owner = NULL, "
            + Schema.FIGURES.stream().map(figure -> figure + " = NULL").collect(Collectors.joining(", "))
            + ", row_version = row_version + 1 WHERE " + JdbcGroup.IS_PARTITION
            // Who joined since we looked, and acquired, has changed the row.
            + " AND row_version = ?";

    private static final String DROP_MEMBERS =
            "DELETE FROM kafscale_members WHERE group_name = ? AND has_left = 1 AND " + JdbcGroup.OWNS_NOTHING;

    private final Database database;
    private final JdbcGroup group;
    private final Silence silence;
    private final String purpose;
    private final Map<String, Long> firstHeartbeats = new HashMap<>();

    Deletion(Database database, JdbcGroup group, LongSupplier nanoTime) {
        this.database = database;
        this.group = group;
        this.silence = new Silence(nanoTime);
        this.purpose = "deleting group \"" + group.name() + "\"";
    }

    void run() throws IOException {
        List<Member> using = database.call(purpose, this::using);
        using.forEach(member -> firstHeartbeats.put(member.id(), member.heartbeat()));
        while (!using.isEmpty()) {
            if (using.stream().anyMatch(this::mayLive)) {
                throw new GroupInUseException("group \"" + group.name() + "\" in " + database.name() + " has members ("
                        + using.stream().map(Member::id).collect(Collectors.joining(", "))
                        + "); close its processors before deleting it");
            }
            pause();
            using = database.call(purpose, this::using);
        }
        database.transaction(purpose, this::forget);
    }

    /** The members for which the group may not be deleted. Those that were silent for their TTL are declared dead. */
    private List<Member> using(Statements statements) throws SQLException {
        List<Member> members = new ArrayList<>(group.members(statements));
        for (Member silent : silence.among(members)) {
            if (group.declareDead(statements, silent)) {
                members.remove(silent);
            }
        }
        Set<String> owners =
                group.owners(statements).values().stream().map(Lease::memberId).collect(Collectors.toSet());
        members.removeIf(member -> member.hasLeft() && !owners.contains(member.id()));
        return members;
    }

    private boolean mayLive(Member member) {
        Long first = firstHeartbeats.get(member.id());
        return first == null || first != member.heartbeat() || member.ttl().compareTo(PATIENCE) > 0;
    }

    private void pause() throws InterruptedIOException {
        try {
            TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(purpose + " was interrupted; nothing was deleted");
        }
    }

    private int forget(Statements statements) throws SQLException {
        List<Object[]> rows = group.partitions(statements).stream()
                .sorted(Comparator.comparing(PartitionRow::partition))
                .map(row -> group.keyAnd(row.partition(), row.version()))
                .toList();
        if (!rows.isEmpty()) {
            statements.batch(FORGET, rows);
        }
        return statements.update(DROP_MEMBERS, group.name());
    }
}
