package io.kafscale.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresSinkTest extends JdbcSinkRunContract {

    private static TestDatabase database;
    private static HikariDataSource source;

    @BeforeAll
    static void start() throws Exception {
        database = TestDatabase.postgres();
        source = TestDatabase.pool(database.create("sinks"), 8);
    }

    @AfterAll
    static void stop() {
        source.close();
        database.close();
    }

    @Override
    HikariDataSource source() {
        return source;
    }
}
