package io.kafscale.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class MariaDbCheckpointStoreTest extends JdbcCheckpointStoreContract {

    private static TestDatabase database;
    private static HikariDataSource source;

    @BeforeAll
    static void start() throws Exception {
        database = TestDatabase.mariaDb();
        source = TestDatabase.pool(database.create("contract"), 16);
    }

    @AfterAll
    static void stop() {
        source.close();
        database.close();
    }

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    HikariDataSource source() {
        return source;
    }
}
