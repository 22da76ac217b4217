package io.kafscale.jdbc;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/**
 * Leases and offsets in two tables of a relational database: PostgreSQL, MariaDB, MySQL, H2 or SQLite (the last two in files
 * are for the processors of one process).
 *
 * <p><b>Tables.</b> {@code kafscale_partitions} and {@code kafscale_members} serve all groups. They are made with the first
 * call where they are missing; a user who may not create tables needs {@code SELECT}, {@code INSERT}, {@code UPDATE} and
 * {@code DELETE} on them, and has them made beforehand from {@link #ddl()}.
 *
 * <p><b>Expiry.</b> No clock of the database or of another machine plays a part. Each member counts its heartbeats in its row;
 * one whose count does not move for its TTL, on the monotonic clock of a member that looks on, is declared dead. That takes
 * a living member: while there is none, {@link #inspect} still shows those that crashed, and the first worker to start waits
 * for their TTL before it takes over what they had.
 *
 * <p><b>Connections.</b> Each call takes a connection and gives it back as it was; use a pool. Any isolation from
 * {@code READ COMMITTED} up is enough. Commits of several partitions are one transaction: a worker whose machine vanishes
 * within it leaves rows locked until the database ends the connection, so have it do that in good time
 * ({@code idle_in_transaction_session_timeout} in PostgreSQL, {@code idle_transaction_timeout} in MariaDB).
 *
 * <p><b>Hints.</b> There are none: tables call nobody. Members see each other's changes at their next heartbeat.
 *
 * <p>Thread safe. Nothing is connected to before the first call.
 */
public final class JdbcCheckpointStore implements CheckpointStore {

    private static final String GROUPS = "SELECT group_name FROM kafscale_members"
            + " UNION SELECT group_name FROM kafscale_partitions WHERE next_offset IS NOT NULL";

    private final Database database;
    private final LongSupplier nanoTime;

    JdbcCheckpointStore(DataSource source, Duration requestTimeout, LongSupplier nanoTime) {
        this.database = new Database(source, requestTimeout, Schema::tables);
        this.nanoTime = nanoTime;
    }

    /**
     * A store with default settings.
     *
     * @param source best a pool; it is not closed by the store
     */
    public static JdbcCheckpointStore create(DataSource source) {
        return builder(source).build();
    }

    /**
     * To say more than where the database is.
     *
     * @param source best a pool; it is not closed by the store
     */
    public static JdbcCheckpointStoreBuilder builder(DataSource source) {
        return new JdbcCheckpointStoreBuilder(source);
    }

    /**
     * The statements that make the tables in this database, for whoever may execute them. Asks the database only which one it
     * is.
     *
     * @throws IOException when it cannot be reached
     */
    public List<String> ddl() throws IOException {
        return database.ddl();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException when {@code group} is empty, longer than 200 characters, or ends with a blank; when
     *     what is subscribed to takes more than 10,000 characters; or when {@code ttl} is not above 0
     */
    @Override
    public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
        if (subscription.topics().length() > Schema.MAX_TOPICS_LENGTH) {
            throw new IllegalArgumentException("a subscription of "
                    + subscription.topics().length() + " characters is longer than the " + Schema.MAX_TOPICS_LENGTH
                    + " there is room for; use a pattern that matches the topics");
        }
        if (ttl.isZero() || ttl.isNegative()) {
            throw new IllegalArgumentException("a TTL of " + ttl + " is not above 0");
        }
        return JdbcSession.join(database, JdbcGroup.named(group), subscription, ttl, nanoTime);
    }

    @Override
    public SortedSet<String> groups() throws IOException {
        List<String> found =
                database.call("looking for groups", statements -> statements.query(GROUPS, row -> row.getString(1)));
        return Collections.unmodifiableSortedSet(new TreeSet<>(found));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Owners and checkpoints are of one moment, the members of one just before. Members that crashed are among them until
     * another member has found out.
     */
    @Override
    public GroupState inspect(String group) throws IOException {
        return database.call("reading the checkpoints of group \"" + group + "\"", new JdbcGroup(group)::state);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Members that do not leave are watched, for their TTL, to tell those that crashed from those that live. So this takes
     * up to that long; members with a TTL of more than a minute count as living.
     *
     * <p>A row remains of each partition, without a checkpoint: tokens only grow, also over the deletion of a group.
     */
    @Override
    public void delete(String group) throws IOException {
        new Deletion(database, new JdbcGroup(group), nanoTime).run();
    }

    @Override
    public String describe() {
        return database.name();
    }

    @Override
    public String toString() {
        return describe();
    }

    /** Does nothing: the data source is its maker's to close. */
    @Override
    public void close() {}
}
