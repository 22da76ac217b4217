package io.kafscale.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.testkit.FaultProxy;
import io.kafscale.testkit.PostgresServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

@Timeout(60)
class PostgresFaultsTest {

    private static final Duration TTL = Duration.ofSeconds(30);

    private static PostgresServer postgres;

    @BeforeAll
    static void start() throws Exception {
        postgres = PostgresServer.start();
        postgres.create("faults");
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void join_withAWrongPassword_saysSoWithoutIt() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(PostgresServer.url("faults", postgres.port(), "letmein-4711"));

        Throwable refused =
                catchThrowable(() -> JdbcCheckpointStore.create(source).join("g", TTL));

        assertThat(refused)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("joining group \"g\" failed in the database of a PGSimpleDataSource")
                .hasMessageContaining("password authentication failed for user \"kafscale\"");
        StringWriter trace = new StringWriter();
        refused.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("letmein-4711");
    }

    @Test
    void describe_onceReached_namesTheDatabaseWithoutUserAndPassword() throws Exception {
        try (HikariDataSource source = TestDatabase.pool(postgres.url("faults"), 1)) {
            JdbcCheckpointStore store = JdbcCheckpointStore.create(source);
            store.groups();

            assertThat(store.describe())
                    .isEqualTo("PostgreSQL at jdbc:postgresql://127.0.0.1:" + postgres.port() + "/faults");
        }
    }

    @Test
    void heartbeat_whenTheNetworkDies_failsInTime() throws Exception {
        AtomicReference<Runnable> betweenStatements = new AtomicReference<>(() -> {});
        try (FaultProxy network = FaultProxy.to(postgres.port());
                HikariDataSource source = TestDatabase.pool(
                        PostgresServer.url("faults", network.port(), PostgresServer.PASSWORD)
                                + "&cancelSignalTimeout=2",
                        2)) {
            JdbcCheckpointStore store = new JdbcCheckpointStore(source, Duration.ofSeconds(1), () -> {
                betweenStatements.get().run();
                return System.nanoTime();
            });
            GroupSession session = store.join("network", TTL);

            betweenStatements.set(network::goDead);
            long begin = System.nanoTime();
            assertThatThrownBy(session::heartbeat)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(session.memberId())
                    .hasMessageContaining("/faults");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));

            betweenStatements.set(() -> {});
            network.heal();
            assertThat(session.heartbeat().members()).containsKey(session.memberId());
        }
    }

    @Test
    void connection_handedOutWithoutAutoCommit_isGivenBackThatWay() throws Exception {
        try (Connection connection = DriverManager.getConnection(postgres.url("faults"))) {
            connection.setAutoCommit(false);
            connection.setNetworkTimeout(Runnable::run, 77_000);
            // As with a pool that leaves connections as they are.
            DataSource source = FaultySource.proxy(
                    DataSource.class, (self, method, arguments) -> FaultySource.unclosed(connection));

            JdbcCheckpointStore.create(source).join("given-back", TTL);

            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(connection.getNetworkTimeout()).isEqualTo(77_000);
        }
    }
}
