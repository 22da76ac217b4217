package io.kafscale.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** A database that tests run against. */
interface TestDatabase extends AutoCloseable {

    /** The URL of an empty database, which is made for the purpose. */
    String create(String name) throws Exception;

    @Override
    void close();

    /** Connections as an application would have them. */
    static HikariDataSource pool(String url, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }
}
