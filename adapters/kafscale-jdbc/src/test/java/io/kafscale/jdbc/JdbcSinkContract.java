package io.kafscale.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.BatchContext;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.processor.Revocation;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the sink does when it is called as the runtime calls it, or as it may by the hand of a stale worker. */
@Timeout(60)
abstract class JdbcSinkContract {

    static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final AtomicLong TABLES = new AtomicLong();

    final String group = "sink-" + UUID.randomUUID();
    final String table = "orders_" + TABLES.incrementAndGet();

    abstract HikariDataSource source();

    @BeforeEach
    void createTable() throws SQLException {
        // No key: what is written twice is to be seen.
        execute(
                "CREATE TABLE " + table
                        + " (partition_no INTEGER NOT NULL, offset_no BIGINT NOT NULL, body VARCHAR(30) CHECK (body <> 'bad'))");
    }

    @Test
    void write_ofWhatIsThereInPart_writesTheRest() throws Exception {
        JdbcSink sink = sink(source()).build();
        assertThat(sink.assigned(start(1, Checkpoint.NONE))).isNull();

        sink.write(TestBatch.of(ORDERS_0, 1, 0, 5));
        sink.write(TestBatch.of(ORDERS_0, 1, 0, 5));
        sink.write(TestBatch.of(ORDERS_0, 1, 0, 3));
        sink.write(TestBatch.of(ORDERS_0, 1, 3, 8));

        assertThat(rows()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(position()).isEqualTo(new SinkPosition(1, 8));
    }

    @Test
    void write_aboveThePosition_isWrittenWhole_sinceWhatIsBetweenWasFilteredOut() throws Exception {
        JdbcSink sink = sink(source()).build();
        sink.assigned(start(1, Checkpoint.NONE));

        sink.write(TestBatch.of(ORDERS_0, 1, 4, 6));

        assertThat(rows()).containsExactly(4L, 5L);
        assertThat(position()).isEqualTo(new SinkPosition(1, 6));
    }

    @Test
    void write_whoseCommitWasNotAnswered_isConfirmedWithoutWritingAgain() throws Exception {
        FaultySource faulty = new FaultySource(source());
        JdbcSink sink = sink(faulty.source()).build();
        sink.assigned(start(1, Checkpoint.NONE));

        faulty.loseReplyTo("commit");
        assertThatThrownBy(() -> sink.write(TestBatch.of(ORDERS_0, 1, 0, 5)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("writing orders-0 offsets 0 to 4")
                .hasMessageContaining("connection was reset");
        sink.write(TestBatch.of(ORDERS_0, 1, 0, 7));

        assertThat(rows()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void write_ofAnEarlierOwner_isRefused_andNamesBothEpochs() throws Exception {
        JdbcSink stale = sink(source()).build();
        JdbcSink owner = sink(source()).build();
        stale.assigned(start(3, Checkpoint.NONE));
        stale.write(TestBatch.of(ORDERS_0, 3, 0, 2));
        assertThat(owner.assigned(start(4, Checkpoint.NONE))).isEqualTo(at(2, 3));

        assertThatThrownBy(() -> stale.write(TestBatch.of(ORDERS_0, 3, 2, 4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("writing orders-0 offsets 2 to 3 under epoch 3 was refused")
                .hasMessageContaining("is at epoch 4: another worker has taken the partition over");
        owner.write(TestBatch.of(ORDERS_0, 4, 2, 3));

        assertThat(rows()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void assigned_whileTheOwnerBeforeIsWriting_waitsForItsTransaction() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch mayCommit = new CountDownLatch(1);
        JdbcSink before = JdbcSink.into(source())
                .group(group)
                .writer((connection, batch) -> {
                    writing.countDown();
                    mayCommit.await();
                    insert(connection, batch);
                })
                .build();
        before.assigned(start(1, Checkpoint.NONE));
        AtomicBoolean asking = new AtomicBoolean();
        FaultySource watched = new FaultySource(source());
        watched.before("UPDATE kafscale_sink_positions", () -> asking.set(true));
        JdbcSink after = sink(watched.source()).build();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<Void> write = threads.submit(() -> {
                before.write(TestBatch.of(ORDERS_0, 1, 0, 5));
                return null;
            });
            writing.await();
            Future<Checkpoint> takeover = threads.submit(() -> after.assigned(start(2, Checkpoint.NONE)));
            await().untilTrue(asking);
            await().during(Duration.ofMillis(200)).until(() -> !takeover.isDone());
            mayCommit.countDown();

            write.get();
            assertThat(takeover.get()).isEqualTo(at(5, 1));
        } finally {
            mayCommit.countDown();
            threads.shutdown();
        }
        assertThat(rows()).hasSize(5);
    }

    @Test
    void assigned_withoutAPositionOfWhatWasProcessed_stopsUnlessAllowedOrMoved() throws Exception {
        JdbcSink sink = sink(source()).build();

        assertThatThrownBy(() -> sink.assigned(start(7, at(40, 6))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("orders-0 was processed up to offset 40")
                .hasMessageContaining("kafscale_sink_positions has no position of it for group \"" + group + "\"")
                .hasMessageContaining("allowMissingPosition()");
        assertThat(position()).isNull();

        assertThat(sink.assigned(moved(7, at(40, 6)))).isNull();
        assertThat(position()).isEqualTo(new SinkPosition(7, 40));
        execute("DELETE FROM kafscale_sink_positions WHERE group_name = '" + group + "'");

        assertThat(sink(source()).allowMissingPosition().build().assigned(start(8, at(41, 7))))
                .isNull();
        assertThat(position()).isEqualTo(new SinkPosition(8, 41));
    }

    @Test
    void assigned_moved_takesTheNewStartForItsOwn() throws Exception {
        JdbcSink sink = sink(source()).build();
        sink.assigned(start(1, Checkpoint.NONE));
        sink.write(TestBatch.of(ORDERS_0, 1, 0, 5));

        assertThat(sink.assigned(moved(2, at(3, 1)))).isEqualTo(at(5, 1));
        sink.write(TestBatch.of(ORDERS_0, 2, 3, 5));

        assertThat(rows()).containsExactly(0L, 1L, 2L, 3L, 3L, 4L, 4L);
    }

    @Test
    void assigned_whenTheStoreHasSeenALaterEpoch_takesTheLowerPosition() throws Exception {
        JdbcSink sink = sink(source()).build();
        sink.assigned(start(1, Checkpoint.NONE));
        sink.write(TestBatch.of(ORDERS_0, 1, 0, 5));

        // The store was reset to the beginning.
        assertThat(sink.assigned(start(3, at(2, 2)))).isEqualTo(at(5, 1));
        assertThat(position()).isEqualTo(new SinkPosition(3, 2));
        // The database was set back to an older state.
        assertThat(sink.assigned(start(6, at(9, 5)))).isEqualTo(at(2, 3));
        assertThat(position()).isEqualTo(new SinkPosition(6, 2));
    }

    @Test
    void assigned_underAnEpochThatWasTaken_answersWithALaterOne_andKeepsThatWriterOut() throws Exception {
        JdbcSink before = sink(source()).build();
        before.assigned(start(6, Checkpoint.NONE));
        before.write(TestBatch.of(ORDERS_0, 6, 0, 2));
        JdbcSink after = sink(source()).build();

        assertThat(after.assigned(start(6, Checkpoint.NONE))).isEqualTo(at(2, 7));

        assertThatThrownBy(() -> before.write(TestBatch.of(ORDERS_0, 6, 2, 4))).hasMessageContaining("epoch 7");
        assertThatThrownBy(() -> after.write(TestBatch.of(ORDERS_0, 6, 2, 4))).hasMessageContaining("epoch 7");
        assertThat(after.assigned(moved(8, at(2, 7)))).isEqualTo(at(2, 7));
        after.write(TestBatch.of(ORDERS_0, 8, 2, 4));
        assertThat(rows()).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void assigned_afterTheLeaseHasEnded_leavesTheOwnersRowAlone() throws Exception {
        JdbcSink owner = sink(source()).build();
        owner.assigned(start(6, Checkpoint.NONE));
        owner.write(TestBatch.of(ORDERS_0, 6, 0, 2));
        BatchContext ended = new TestBatch.Right(9, Duration.ZERO);

        assertThatThrownBy(
                        () -> sink(source()).build().assigned(new Assignment(ORDERS_0, ended, Checkpoint.NONE, true)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("taking orders-0 under epoch 9 came too late");

        owner.write(TestBatch.of(ORDERS_0, 6, 2, 4));
        assertThat(rows()).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void write_toADatabaseThatWasSetBack_isRefused() throws Exception {
        JdbcSink sink = sink(source()).build();
        sink.assigned(start(1, Checkpoint.NONE));
        sink.write(TestBatch.of(ORDERS_0, 1, 0, 3));
        execute("UPDATE kafscale_sink_positions SET next_offset = 1 WHERE group_name = '" + group + "'");

        assertThatThrownBy(() -> sink.write(TestBatch.of(ORDERS_0, 1, 3, 5)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("rows up to offset 2 were committed, but kafscale_sink_positions")
                .hasMessageContaining("is at 1: the database was set back");
        assertThat(rows()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void write_afterItsRowWasDeleted_isRefused() throws Exception {
        JdbcSink sink = sink(source()).build();
        sink.assigned(start(1, Checkpoint.NONE));
        execute("DELETE FROM kafscale_sink_positions WHERE group_name = '" + group + "'");

        assertThatThrownBy(() -> sink.write(TestBatch.of(ORDERS_0, 1, 0, 5))).hasMessageContaining("was deleted");
        assertThat(rows()).isEmpty();
    }

    @Test
    void write_ofAPartitionThatWasNotAssigned_saysWhatAWrapperForgot() throws Exception {
        JdbcSink sink = sink(source()).build();
        sink.assigned(start(1, Checkpoint.NONE));
        sink.revoked(ORDERS_0, Revocation.RELEASED);

        assertThatThrownBy(() -> sink.write(TestBatch.of(ORDERS_0, 1, 0, 5)))
                .hasMessageContaining("orders-0 was not assigned to this sink");
    }

    @Test
    void write_withARecordThatTheDatabaseRefuses_namesIt_andWritesNothing() throws Exception {
        JdbcSink sink = sink(source()).build();
        sink.assigned(start(1, Checkpoint.NONE));
        List<String> values =
                new ArrayList<>(TestBatch.of(ORDERS_0, 1, 10, 2_500).values());
        values.set(2_200, "bad");

        RecordFailedException named = catchThrowableOfType(
                RecordFailedException.class, () -> sink.write(new TestBatch(ORDERS_0, TestBatch.right(1), 10, values)));

        assertThat(named.offset()).isEqualTo(2_210);
        assertThat(named).hasCauseInstanceOf(SQLException.class);
        assertThat(rows()).isEmpty();
        assertThat(position()).isEqualTo(new SinkPosition(1, 0));
    }

    @Test
    void write_withARecordThatCannotBeBound_namesIt() throws Exception {
        JdbcSink sink = JdbcSink.into(source())
                .group(group)
                .insert("INSERT INTO " + table + " VALUES (0, ?, ?)", (statement, record) -> {
                    statement.setLong(1, record.offset());
                    statement.setString(
                            2, Long.toString(Long.parseLong(record.value().toUtf8())));
                })
                .build();
        sink.assigned(start(1, Checkpoint.NONE));

        RecordFailedException named = catchThrowableOfType(
                RecordFailedException.class,
                () -> sink.write(new TestBatch(ORDERS_0, TestBatch.right(1), 0, List.of("1", "two", "3"))));

        assertThat(named.offset()).isEqualTo(1);
        assertThat(rows()).isEmpty();
    }

    @Test
    void write_whoseStatementFailsForAllAlike_namesNone() throws Exception {
        JdbcSink sink = JdbcSink.into(source())
                .group(group)
                .insert("INSERT INTO no_such_table VALUES (?)", JdbcSinkContract::bindOffset)
                .build();
        sink.assigned(start(1, Checkpoint.NONE));

        assertThatThrownBy(() -> sink.write(TestBatch.of(ORDERS_0, 1, 0, 5)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no_such_table");
    }

    @Test
    void writer_thatFails_orSwallowsWhatItCouldNotRead_orConfirms_movesNothing() throws Exception {
        List<JdbcSink.Writer> writers = List.of(
                (connection, batch) -> {
                    insert(connection, batch);
                    throw new ClassNotFoundException("no such writer");
                },
                (connection, batch) -> {
                    insert(connection, batch);
                    batch.confirm(1);
                },
                (connection, batch) -> {
                    try {
                        insert(connection, batch);
                    } catch (IllegalStateException e) {
                        // Swallowed: what follows the damage was not written.
                    }
                });
        List<String> values = List.of("value 0", "damaged", "value 2");
        for (JdbcSink.Writer writer : writers) {
            JdbcSink sink = JdbcSink.into(source()).group(group).writer(writer).build();
            sink.assigned(moved(position() == null ? 1 : position().epoch() + 1, Checkpoint.NONE));
            long epoch = position().epoch();
            assertThatThrownBy(() -> sink.write(new TestBatch(ORDERS_0, TestBatch.right(epoch), 0, values)));
            assertThat(position()).isEqualTo(new SinkPosition(epoch, 0));
        }
        assertThat(rows()).isEmpty();
    }

    @Test
    void write_thatCanNeitherBeCommittedNorRolledBack_leavesNoHalfTransaction() throws Exception {
        DataSource clumsy = FaultySource.proxy(DataSource.class, (self, method, arguments) -> {
            Connection connection = source().getConnection();
            return FaultySource.proxy(Connection.class, (self2, called, values) -> {
                if (called.getName().equals("rollback")) {
                    throw new SQLException("rolling back failed");
                }
                return FaultySource.call(connection, called, values);
            });
        });
        JdbcSink sink = JdbcSink.into(clumsy)
                .group(group)
                .writer((connection, batch) -> {
                    insert(connection, batch);
                    throw new IOException("the writer failed");
                })
                .build();
        sink.assigned(start(1, Checkpoint.NONE));

        assertThatThrownBy(() -> sink.write(TestBatch.of(ORDERS_0, 1, 0, 5)))
                .hasMessage("the writer failed")
                .hasSuppressedException(new SQLException("rolling back failed"));

        assertThat(rows()).isEmpty();
        assertThat(position()).isEqualTo(new SinkPosition(1, 0));
    }

    @Test
    void ddl_executedBeforehand_isWhatTheSinkNeeds() throws Exception {
        JdbcSink sink = sink(source()).build();
        List<String> ddl = sink.ddl();
        sink.assigned(start(1, Checkpoint.NONE));
        execute("DROP TABLE kafscale_sink_positions");
        for (String statement : ddl) {
            execute(statement);
        }
        FaultySource watched = new FaultySource(source());

        sink(watched.source()).build().assigned(start(1, Checkpoint.NONE));

        assertThat(watched.takeExecuted()).isNotEmpty().doesNotContain("CREATE TABLE");
    }

    @Test
    void partitionsAndGroups_keepPositionsOfTheirOwn() throws Exception {
        JdbcSink sink = sink(source()).build();
        TopicPartition other = new TopicPartition("Orders", 0);
        JdbcSink anotherGroup = JdbcSink.into(source())
                .group(group.toUpperCase(java.util.Locale.ROOT))
                .insert("INSERT INTO " + table + " VALUES (9, ?, 'other')", JdbcSinkContract::bindOffset)
                .build();
        sink.assigned(start(1, Checkpoint.NONE));
        sink.assigned(new Assignment(other, TestBatch.right(5), Checkpoint.NONE, false));
        anotherGroup.assigned(start(9, Checkpoint.NONE));

        sink.write(TestBatch.of(ORDERS_0, 1, 0, 2));
        sink.write(TestBatch.of(other, 5, 0, 2));
        anotherGroup.write(TestBatch.of(ORDERS_0, 9, 0, 2));

        assertThat(rows()).containsExactly(0L, 0L, 0L, 1L, 1L, 1L);
    }

    // ---- what the tests are made of

    JdbcSinkBuilder sink(DataSource source) {
        return JdbcSink.into(source)
                .group(group)
                .insert(
                        "INSERT INTO " + table + " (partition_no, offset_no, body) VALUES (0, ?, ?)",
                        JdbcSinkContract::bind);
    }

    private static void bind(PreparedStatement statement, Record record) throws SQLException {
        statement.setLong(1, record.offset());
        statement.setString(2, record.value().toUtf8());
    }

    private static void bindOffset(PreparedStatement statement, Record record) throws SQLException {
        statement.setLong(1, record.offset());
    }

    private void insert(Connection connection, Iterable<Record> records) throws SQLException {
        for (Record record : records) {
            try (PreparedStatement statement =
                    connection.prepareStatement("INSERT INTO " + table + " VALUES (0, ?, ?)")) {
                bind(statement, record);
                statement.executeUpdate();
            }
        }
    }

    private static Assignment start(long epoch, Checkpoint start) {
        return new Assignment(ORDERS_0, TestBatch.right(epoch), start, false);
    }

    private static Assignment moved(long epoch, Checkpoint start) {
        return new Assignment(ORDERS_0, TestBatch.right(epoch), start, true);
    }

    private static Checkpoint at(long nextOffset, long epoch) {
        return Checkpoint.at(nextOffset).withEpoch(epoch);
    }

    /** The offsets that have rows, each as often as it has. */
    List<Long> rows() throws SQLException {
        return query("SELECT offset_no FROM " + table + " ORDER BY offset_no", row -> row.getLong(1));
    }

    SinkPosition position() throws SQLException {
        List<SinkPosition> found = query(
                "SELECT epoch, next_offset FROM kafscale_sink_positions WHERE group_name = '" + group + "'",
                row -> new SinkPosition(row.getLong(1), row.getLong(2)));
        return found.isEmpty() ? null : found.get(0);
    }

    private <T> List<T> query(String sql, Statements.Row<T> mapping) throws SQLException {
        try (Connection connection = source().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(mapping.of(rows));
            }
            return found;
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = source().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.executeUpdate();
        }
    }
}
