package io.kafscale.jdbc;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Moves checkpoints: any number in one transaction, each conditional on its own lease. Rows that were not changed are read
 * back to say why.
 */
final class JdbcCommits {

    /**
     * Under one lease a position never goes back within an epoch, whatever is repeated or arrives late. What an earlier
     * owner committed binds nobody.
     */
    private static final String COMMIT = "UPDATE kafscale_partitions SET "
            + Schema.FIGURES.stream().map(figure -> figure + " = ?").collect(Collectors.joining(", "))
            + ", committed_token = token, row_version = row_version + 1 WHERE " + JdbcGroup.IS_PARTITION
            + " AND owner = ? AND token = ?"
            + " AND EXISTS (SELECT 1 FROM kafscale_members m WHERE m.group_name = ? AND m.member_id = ?)"
            + " AND (committed_token <> ? OR epoch < ? OR (epoch = ? AND next_offset <= ?))";

    private final Database database;
    private final JdbcGroup group;
    private final String memberId;

    JdbcCommits(Database database, JdbcGroup group, String memberId) {
        this.database = database;
        this.group = group;
        this.memberId = memberId;
    }

    List<Outcome> commit(List<Commit> commits) {
        if (commits.isEmpty()) {
            return List.of();
        }
        String purpose = "committing "
                + (commits.size() == 1
                        ? commits.get(0).lease().partition().toString()
                        : commits.size() + " partitions");
        try {
            List<Boolean> applied = write(purpose, commits);
            if (!applied.contains(false)) {
                return Collections.nCopies(commits.size(), new Outcome.Applied());
            }
            return readBack(purpose, commits, applied);
        } catch (IOException e) {
            return Collections.nCopies(commits.size(), new Outcome.Unknown(e));
        }
    }

    /** For each whether it is certain that it was applied. */
    private List<Boolean> write(String purpose, List<Commit> commits) throws IOException {
        if (commits.size() == 1) {
            // A transaction of one statement: no worker can fall asleep in the middle of it, with the row locked.
            return List.of(database.call(purpose, statements -> statements.update(COMMIT, values(commits.get(0))))
                    == 1);
        }
        // Always in the same order, so that no two wait for each other.
        List<Integer> order = IntStream.range(0, commits.size())
                .boxed()
                .sorted(Comparator.comparing(i -> commits.get(i).lease().partition()))
                .toList();
        List<Object[]> rows = order.stream().map(i -> values(commits.get(i))).toList();
        int[] counts = database.transaction(purpose, statements -> statements.batch(COMMIT, rows));
        Boolean[] applied = new Boolean[commits.size()];
        for (int i = 0; i < counts.length; i++) {
            // Where the driver does not say, it is read back.
            applied[order.get(i)] = counts[i] == 1;
        }
        return Arrays.asList(applied);
    }

    private Object[] values(Commit commit) {
        Lease lease = commit.lease();
        Checkpoint checkpoint = commit.checkpoint();
        Map<String, Long> figures = checkpoint.figures();
        Stream<Object> set = Schema.FIGURES.stream().map(figures::get);
        Object[] condition = group.keyAnd(
                lease.partition(),
                memberId,
                lease.token(),
                group.name(),
                memberId,
                lease.token(),
                checkpoint.epoch(),
                checkpoint.epoch(),
                checkpoint.nextOffset());
        return Stream.concat(set, Stream.of(condition)).toArray();
    }

    private List<Outcome> readBack(String purpose, List<Commit> commits, List<Boolean> applied) throws IOException {
        Map<TopicPartition, PartitionRow> rows = new HashMap<>();
        database.call(purpose, statements -> read(statements, commits)).forEach(row -> rows.put(row.partition(), row));
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < commits.size(); i++) {
            Lease lease = commits.get(i).lease();
            PartitionRow row = rows.get(lease.partition());
            // The lease holds and yet nothing was changed: this member has already come further.
            boolean holds = lease.memberId().equals(memberId) && row != null && row.isHeldUnder(lease);
            outcomes.add(applied.get(i) || holds ? new Outcome.Applied() : fenced(row));
        }
        return outcomes;
    }

    private List<PartitionRow> read(Statements statements, List<Commit> commits) throws SQLException {
        if (commits.size() > 1) {
            return group.partitions(statements);
        }
        PartitionRow row = group.partition(statements, commits.get(0).lease().partition());
        return row == null ? List.of() : List.of(row);
    }

    static Outcome fenced(@Nullable PartitionRow found) {
        Lease lease = found == null ? null : found.lease();
        return new Outcome.Fenced(lease == null ? "no lease" : lease.toString());
    }
}
