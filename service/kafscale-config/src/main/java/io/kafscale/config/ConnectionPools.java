package io.kafscale.config;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Pools of connections to databases. */
final class ConnectionPools {

    /** Enough for offsets. */
    static final int DEFAULT_SIZE = 10;

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private ConnectionPools() {}

    /**
     * Makes a pool, which connects when it is asked for a connection.
     *
     * @throws IllegalArgumentException when no driver knows the URL; does not show it, since a password may stand in it
     */
    static HikariDataSource open(String url, @Nullable String user, @Nullable String password, int size) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("kafscale");
        pool.setJdbcUrl(url);
        pool.setUsername(user);
        pool.setPassword(password);
        pool.setConnectionTimeout(TIMEOUT.toMillis());
        pool.setMaximumPoolSize(size);
        pool.setMinimumIdle(0);
        // A database that is away now may be back when the processor tries again.
        pool.setInitializationFailTimeout(-1);
        try {
            return new HikariDataSource(pool);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "url names no database of which a driver is on the class path; check how it begins");
        }
    }
}
