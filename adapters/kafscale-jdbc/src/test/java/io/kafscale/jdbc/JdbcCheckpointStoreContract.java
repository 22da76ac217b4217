package io.kafscale.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.CheckpointStoreContract;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The contract, and what tables in a database bring in addition. Time is injected; nothing waits for a TTL. */
abstract class JdbcCheckpointStoreContract extends CheckpointStoreContract {

    private static final Duration TTL = Duration.ofSeconds(30);
    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final AtomicLong DATABASES = new AtomicLong();

    private final String group = "jdbc-" + UUID.randomUUID();
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - TTL.toNanos());
    private CheckpointStore store;

    /** The server; it outlives a test. */
    abstract TestDatabase database();

    /** A pool of connections to one database of it; all tests share it. */
    abstract HikariDataSource source();

    @Override
    protected CheckpointStore store() {
        if (store == null) {
            store = new JdbcCheckpointStore(source(), Duration.ofSeconds(20), clock::get);
        }
        return store;
    }

    @Override
    protected Duration ttl() {
        return TTL;
    }

    @Override
    protected void letTimePass() {
        clock.addAndGet(TTL.toNanos() / 5);
    }

    @Test
    void firstCalls_byManyStoresAtOnce_createTheTablesOnce() throws Exception {
        try (HikariDataSource empty = emptyDatabase(8)) {
            ExecutorService threads = Executors.newFixedThreadPool(8);
            List<Callable<GroupSession>> joins = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                joins.add(() -> JdbcCheckpointStore.create(empty).join(group, TTL));
            }
            List<Future<GroupSession>> sessions = threads.invokeAll(joins);
            threads.shutdown();

            for (Future<GroupSession> session : sessions) {
                assertThat(session.get().heartbeat().members()).hasSize(8);
            }
        }
    }

    @Test
    void ddl_executedBeforehand_isWhatTheStoreNeeds() throws Exception {
        try (HikariDataSource empty = emptyDatabase(1)) {
            List<String> ddl = JdbcCheckpointStore.create(empty).ddl();
            try (Connection connection = empty.getConnection()) {
                for (String statement : ddl) {
                    connection.createStatement().executeUpdate(statement);
                }
            }
            FaultySource watched = new FaultySource(empty);
            JdbcCheckpointStore.create(watched.source()).groups();

            assertThat(watched.takeExecuted()).isNotEmpty().doesNotContain("CREATE TABLE");
        }
    }

    @Test
    void groupsAndTopics_thatDifferInCaseOnly_areSeparate() throws Exception {
        GroupSession lower = store().join(group + "-a", TTL);
        GroupSession upper = store().join(group + "-A", TTL);
        lease(lower, ORDERS_0);

        lease(upper, ORDERS_0);
        lease(lower, new TopicPartition("Orders", 0));

        assertThat(store().groups()).contains(group + "-a", group + "-A");
    }

    @Test
    void member_silentForItsTtlInOneStore_losesWhatItHeldInAnother() throws Exception {
        AtomicLong otherClock = new AtomicLong();
        CheckpointStore otherStore = new JdbcCheckpointStore(source(), Duration.ofSeconds(20), otherClock::get);
        GroupSession paused = store().join(group, TTL);
        Lease lost = lease(paused, ORDERS_0);
        GroupSession other = otherStore.join(group, TTL);
        other.heartbeat();

        otherClock.addAndGet(TTL.toNanos() - 1);
        other.heartbeat();
        assertThat(other.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(paused.memberId()));
        otherClock.addAndGet(1);
        other.heartbeat();
        Lease taken = lease(other, ORDERS_0);

        assertThat(taken.token()).isGreaterThan(lost.token());
        assertThat(commit(paused, lost, 9)).isEqualTo(new Outcome.Fenced(taken.toString()));
        assertThat(paused.release(lost)).isEqualTo(new Outcome.Fenced(taken.toString()));
        assertThatThrownBy(paused::heartbeat).isInstanceOf(SessionExpiredException.class);
        assertThat(commit(other, taken, 1)).isEqualTo(new Outcome.Applied());
    }

    @Test
    void member_deadButNotYetReplaced_commitsNothing() throws Exception {
        GroupSession paused = store().join(group, TTL);
        Lease lost = lease(paused, ORDERS_0);
        GroupSession other = store().join(group, TTL);
        other.heartbeat();
        clock.addAndGet(TTL.toNanos());
        other.heartbeat();

        assertThat(commit(paused, lost, 9)).isEqualTo(new Outcome.Fenced("no lease"));
        assertThat(paused.release(lost)).isEqualTo(new Outcome.Fenced("no lease"));
        assertThat(store().inspect(group).checkpoints()).isEmpty();
    }

    @Test
    void member_renewingWhileItIsDeclaredDead_lives() throws Exception {
        GroupSession late = store().join(group, TTL);
        Lease lease = lease(late, ORDERS_0);
        AtomicReference<GroupSession> renewing = new AtomicReference<>();
        AtomicLong hours = new AtomicLong();
        // The clock is asked after the members were read and before the dead are deleted.
        CheckpointStore otherStore = new JdbcCheckpointStore(source(), Duration.ofSeconds(20), () -> {
            if (renewing.get() != null) {
                heartbeat(renewing.get());
            }
            return Duration.ofHours(hours.getAndIncrement()).toNanos();
        });
        GroupSession other = otherStore.join(group, Duration.ofDays(1));
        other.heartbeat();

        renewing.set(late);
        assertThat(other.heartbeat().owner(ORDERS_0)).isEqualTo(lease);
        assertThat(commit(late, lease, 1)).isEqualTo(new Outcome.Applied());

        renewing.set(null);
        other.heartbeat();
        assertThat(other.heartbeat().owner(ORDERS_0)).isNull();
    }

    /** The owner before may be writing still when its row among the members is gone. */
    @Test
    void acquire_whenTheCheckpointMovesBeforeItTakes_returnsTheNewOne() throws Exception {
        GroupSession first = store().join(group, TTL);
        Lease lease = lease(first, ORDERS_0);
        commit(first, lease, 5);
        first.release(lease);
        FaultySource faulty = new FaultySource(source());
        GroupSession next = store(faulty).join(group, TTL);

        faulty.before("UPDATE kafscale_partitions SET owner", this::commitLate);

        assertThat(acquired(next, ORDERS_0).checkpoint()).isEqualTo(Checkpoint.at(77));
    }

    private void commitLate() {
        try (Connection connection = source().getConnection();
                var statement = connection.prepareStatement("UPDATE kafscale_partitions SET next_offset = 77,"
                        + " row_version = row_version + 1 WHERE group_name = ?")) {
            statement.setString(1, group);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void delete_afterACrash_watchesTheMembersForTheirTtl() throws Exception {
        GroupSession crashed = store().join(group, TTL);
        commit(crashed, lease(crashed, ORDERS_0), 5);
        AtomicLong looks = new AtomicLong();
        CheckpointStore deleting = new JdbcCheckpointStore(
                source(), Duration.ofSeconds(20), () -> looks.getAndIncrement() * TTL.toNanos() / 2);

        deleting.delete(group);

        assertThat(looks).hasValue(3);
        assertThat(store().groups()).doesNotContain(group);
        assertThatThrownBy(crashed::heartbeat).isInstanceOf(SessionExpiredException.class);
    }

    @Test
    void delete_whenAMemberRenewsMeanwhile_isRefused() throws Exception {
        GroupSession living = store().join(group, TTL);
        commit(living, lease(living, ORDERS_0), 5);
        CheckpointStore deleting = new JdbcCheckpointStore(source(), Duration.ofSeconds(20), () -> {
            heartbeat(living);
            return 0;
        });

        assertThatThrownBy(() -> deleting.delete(group))
                .isInstanceOf(GroupInUseException.class)
                .hasMessageContaining(group)
                .hasMessageContaining(living.memberId());
        assertThat(store().inspect(group).checkpoints()).containsKey(ORDERS_0);
    }

    @Test
    void heartbeatAndCommit_with200Partitions_takeFewStatements() throws Exception {
        FaultySource watched = new FaultySource(source());
        GroupSession session = JdbcCheckpointStore.create(watched.source()).join(group, TTL);
        List<Commit> commits = new ArrayList<>();
        for (int partition = 0; partition < 200; partition++) {
            Lease lease = lease(session, new TopicPartition("orders", partition));
            commits.add(new Commit(lease, Checkpoint.at(partition)));
        }
        watched.takeExecuted();

        assertThat(session.heartbeat().owners()).hasSize(200);
        assertThat(watched.takeExecuted())
                .containsExactly("UPDATE kafscale_members", "SELECT member_id,", "SELECT p.topic,");

        assertThat(session.commit(commits)).hasSize(200).containsOnly(new Outcome.Applied());
        assertThat(watched.takeExecuted()).containsExactly("UPDATE kafscale_partitions", "commit");

        assertThat(session.commit(commits.subList(7, 8))).containsExactly(new Outcome.Applied());
        assertThat(watched.takeExecuted()).containsExactly("UPDATE kafscale_partitions");
    }

    @Test
    void join_withItsReplyLost_leavesAMemberThatDies() throws Exception {
        FaultySource faulty = new FaultySource(source());
        faulty.loseReplyTo("INSERT INTO kafscale_members");
        assertThatThrownBy(() -> store(faulty).join(group, TTL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("joining group \"" + group + "\"")
                .hasMessageContaining("the connection was reset");

        GroupSession session = store().join(group, TTL);
        assertThat(session.heartbeat().members()).hasSize(2);
        clock.addAndGet(TTL.toNanos());
        assertThat(session.heartbeat().members()).containsOnlyKeys(session.memberId());
    }

    @Test
    void heartbeat_withItsReplyLost_isRepeated() throws Exception {
        FaultySource faulty = new FaultySource(source());
        GroupSession session = store(faulty).join(group, TTL);
        Lease lease = lease(session, ORDERS_0);

        faulty.loseReplyTo("UPDATE kafscale_members");
        assertThatThrownBy(session::heartbeat).isNotInstanceOf(SessionExpiredException.class);

        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(lease);
    }

    @Test
    void acquire_withItsReplyLost_isAdopted() throws Exception {
        FaultySource faulty = new FaultySource(source());
        GroupSession session = store(faulty).join(group, TTL);

        faulty.loseReplyTo("INSERT INTO kafscale_partitions");
        assertThat(session.acquire(ORDERS_0)).isInstanceOf(Acquisition.Unknown.class);
        Lease first = lease(session, ORDERS_0);
        assertThat(first.token()).isEqualTo(1);
        session.release(first);

        faulty.loseReplyTo("UPDATE kafscale_partitions SET owner");
        assertThat(session.acquire(ORDERS_0)).isInstanceOf(Acquisition.Unknown.class);
        assertThat(lease(session, ORDERS_0).token()).isEqualTo(2);
    }

    @Test
    void commit_withItsReplyLost_isRepeated() throws Exception {
        FaultySource faulty = new FaultySource(source());
        GroupSession session = store(faulty).join(group, TTL);
        Lease one = lease(session, ORDERS_0);
        Lease two = lease(session, new TopicPartition("orders", 1));
        List<Commit> both = List.of(new Commit(two, Checkpoint.at(7)), new Commit(one, Checkpoint.at(7)));

        faulty.loseReplyTo("UPDATE kafscale_partitions");
        assertThat(commit(session, one, 5)).isInstanceOf(Outcome.Unknown.class);
        assertThat(acquired(session, ORDERS_0).checkpoint()).isEqualTo(Checkpoint.at(5));
        assertThat(commit(session, one, 5)).isEqualTo(new Outcome.Applied());

        // Cut before the transaction ended: nothing of it is there.
        faulty.loseReplyTo("UPDATE kafscale_partitions");
        assertThat(session.commit(both)).hasSize(2).hasOnlyElementsOfType(Outcome.Unknown.class);
        assertThat(acquired(session, ORDERS_0).checkpoint()).isEqualTo(Checkpoint.at(5));
        assertThat(session.commit(both)).containsOnly(new Outcome.Applied());

        faulty.loseReplyTo("commit");
        List<Commit> further = List.of(new Commit(two, Checkpoint.at(9)), new Commit(one, Checkpoint.at(8)));
        assertThat(session.commit(further)).hasOnlyElementsOfType(Outcome.Unknown.class);
        assertThat(acquired(session, ORDERS_0).checkpoint()).isEqualTo(Checkpoint.at(8));
        assertThat(session.commit(both)).containsOnly(new Outcome.Applied());
        assertThat(acquired(session, ORDERS_0).checkpoint()).isEqualTo(Checkpoint.at(8));
        assertThat(acquired(session, two.partition()).checkpoint()).isEqualTo(Checkpoint.at(9));
    }

    @Test
    void release_withItsReplyLost_isAppliedWhenRepeated() throws Exception {
        FaultySource faulty = new FaultySource(source());
        GroupSession session = store(faulty).join(group, TTL);
        Lease lease = lease(session, ORDERS_0);

        faulty.loseReplyTo("UPDATE kafscale_partitions");
        assertThat(session.release(lease)).isInstanceOf(Outcome.Unknown.class);
        GroupSession next = store().join(group, TTL);
        Lease taken = lease(next, ORDERS_0);

        assertThat(session.release(lease)).isEqualTo(new Outcome.Applied());
        assertThat(next.heartbeat().owner(ORDERS_0)).isEqualTo(taken);
    }

    @Test
    void leave_withItsReplyLost_hasLeftOrDies() throws Exception {
        FaultySource faulty = new FaultySource(source());
        GroupSession session = store(faulty).join(group, TTL);

        faulty.loseReplyTo("DELETE FROM kafscale_members");
        assertThatThrownBy(session::leave).isInstanceOf(IOException.class).hasMessageContaining(session.memberId());

        assertThat(faulty.isStillToLose()).isFalse();
        assertThat(store().inspect(group).view().members()).isEmpty();
    }

    @Test
    void commit_toALockedRow_isUnknownInTime() throws Exception {
        GroupSession session = JdbcCheckpointStore.builder(source())
                .requestTimeout(Duration.ofSeconds(1))
                .build()
                .join(group, TTL);
        Lease lease = lease(session, ORDERS_0);
        try (Connection connection = source().getConnection()) {
            connection.setAutoCommit(false);
            lock(connection);
            assertThat(commit(session, lease, 5))
                    .isInstanceOfSatisfying(
                            Outcome.Unknown.class,
                            unknown -> assertThat(unknown.cause())
                                    .hasMessageStartingWith("committing orders-0 failed in ")
                                    .hasMessageContaining("jdbc:"));
            connection.rollback();
        }

        assertThat(commit(session, lease, 5)).isEqualTo(new Outcome.Applied());
    }

    private void lock(Connection connection) throws SQLException {
        try (var statement =
                connection.prepareStatement("UPDATE kafscale_partitions SET next_offset = 77 WHERE group_name = ?")) {
            statement.setString(1, group);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private HikariDataSource emptyDatabase(int connections) throws Exception {
        return TestDatabase.pool(database().create("empty" + DATABASES.incrementAndGet()), connections);
    }

    private CheckpointStore store(FaultySource faulty) {
        return new JdbcCheckpointStore(faulty.source(), Duration.ofSeconds(20), clock::get);
    }

    private static void heartbeat(GroupSession session) {
        try {
            session.heartbeat();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Lease lease(GroupSession session, TopicPartition partition) {
        return acquired(session, partition).lease();
    }

    private static Acquisition.Acquired acquired(GroupSession session, TopicPartition partition) {
        Acquisition acquisition = session.acquire(partition);
        assertThat(acquisition).isInstanceOf(Acquisition.Acquired.class);
        return (Acquisition.Acquired) acquisition;
    }

    private static Outcome commit(GroupSession session, Lease lease, long nextOffset) {
        return session.commit(List.of(new Commit(lease, Checkpoint.at(nextOffset))))
                .get(0);
    }
}
