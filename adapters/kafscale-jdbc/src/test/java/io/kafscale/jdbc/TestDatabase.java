package io.kafscale.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.testkit.MariaDbServer;
import io.kafscale.testkit.PostgresServer;
import java.util.function.UnaryOperator;

/** A database that tests run against. */
interface TestDatabase extends AutoCloseable {

    /** The URL of an empty database, which is made for the purpose. */
    String create(String name) throws Exception;

    @Override
    void close();

    static TestDatabase postgres() {
        PostgresServer server = PostgresServer.start();
        return of(server::create, server::close);
    }

    static TestDatabase mariaDb() {
        MariaDbServer server = MariaDbServer.start();
        return of(server::create, server::close);
    }

    private static TestDatabase of(UnaryOperator<String> create, Runnable close) {
        return new TestDatabase() {
            @Override
            public String create(String name) {
                return create.apply(name);
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }

    /** Connections as an application would have them. */
    static HikariDataSource pool(String url, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }
}
