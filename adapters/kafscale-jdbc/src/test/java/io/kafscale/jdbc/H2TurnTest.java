package io.kafscale.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A transaction that another one's commit wrote half of would be there by half after a crash. */
@Timeout(60)
class H2TurnTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);

    private final CountDownLatch isWriting = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private FutureTask<Void> transaction;

    @TempDir
    private Path directory;

    private HikariDataSource source;

    @BeforeEach
    void open() {
        source = TestDatabase.pool("jdbc:h2:file:" + directory.resolve("orders") + ";WRITE_DELAY=0", 4);
    }

    @AfterEach
    void close() throws Exception {
        goOn.countDown();
        if (transaction != null) {
            transaction.get();
        }
        source.close();
    }

    /** A sink that does not come to an end in its transaction. */
    private void beginTransaction() throws Exception {
        JdbcSink sink = JdbcSink.into(source)
                .group("orders")
                .writer((Connection connection, RecordBatch batch) -> {
                    isWriting.countDown();
                    goOn.await();
                    for (BatchCursor records = batch.cursor(); records.next(); ) {}
                })
                .build();
        transaction = new FutureTask<>(() -> {
            sink.assigned(new Assignment(ORDERS_0, TestBatch.right(1), Checkpoint.NONE, false));
            sink.write(TestBatch.of(ORDERS_0, 1, 0, 3));
            return null;
        });
        new Thread(transaction, "transaction").start();
        isWriting.await();
    }

    @Test
    void heartbeat_waitsUntilTheSinkHasCommitted() throws Exception {
        try (CheckpointStore store = JdbcCheckpointStore.create(source)) {
            GroupSession session = store.join("orders", Duration.ofSeconds(10));
            beginTransaction();
            FutureTask<GroupView> heartbeat = new FutureTask<>(session::heartbeat);
            Thread member = new Thread(heartbeat, "member");
            member.start();
            await().until(() -> Arrays.stream(member.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(H2Turn.class.getName())));
            goOn.countDown();
            assertThat(heartbeat.get().members()).containsOnlyKeys(session.memberId());
        }
    }

    @Test
    void heartbeat_whoseTurnDoesNotCome_saysWhyAndWhatToDo() throws Exception {
        try (CheckpointStore store = JdbcCheckpointStore.builder(source)
                .requestTimeout(Duration.ofSeconds(1))
                .build()) {
            GroupSession session = store.join("orders", Duration.ofSeconds(10));
            beginTransaction();
            assertThatThrownBy(session::heartbeat)
                    .isInstanceOf(IOException.class)
                    .hasMessage("renewing the leases of " + session.memberId() + " in H2 at jdbc:h2:file:"
                            + directory.resolve("orders")
                            + " failed: another call has been at work for 1 s, and an H2 file"
                            + " takes one at a time; let a sink's writer do less in a transaction, or use PostgreSQL or"
                            + " MariaDB");
        }
    }

    @Test
    void databaseInMemory_whichNoCrashOutlasts_takesNoTurns() throws Exception {
        beginTransaction();
        try (HikariDataSource memory = TestDatabase.pool(new H2Database().create("no-turns"), 1);
                CheckpointStore store = JdbcCheckpointStore.create(memory)) {
            GroupSession session = store.join("orders", Duration.ofSeconds(10));
            assertThat(session.heartbeat().members()).containsOnlyKeys(session.memberId());
        }
    }
}
