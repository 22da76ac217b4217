package io.kafscale.torture;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.etcd.EtcdCheckpointStore;
import io.kafscale.jdbc.JdbcCheckpointStore;
import io.kafscale.s3.S3CheckpointStore;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import software.amazon.awssdk.services.s3.S3Client;

/** Where workers keep leases and offsets. */
enum StoreKind {
    ETCD,
    S3,
    JDBC;

    private static final int CONNECTIONS = 6;

    static StoreKind of(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + name + "\" is no checkpoint store; it takes etcd, s3 or jdbc", e);
        }
    }

    /**
     * Connects to a store of this kind.
     *
     * @param address of etcd or S3 its {@code http://host:port}, of a database its JDBC URL
     * @param ttl of the leases that will be held; how long an answer is waited for follows from it
     */
    StoreConnection connect(String address, Duration ttl) {
        switch (this) {
            case ETCD -> {
                EtcdCheckpointStore store = EtcdCheckpointStore.connect(address);
                return new StoreConnection(store, () -> {});
            }
            case S3 -> {
                S3Client client = Bucket.client(URI.create(address));
                return new StoreConnection(S3CheckpointStore.create(client, Bucket.NAME), client::close);
            }
            default -> {
                HikariDataSource pool = pool(address, ttl);
                JdbcCheckpointStore store = JdbcCheckpointStore.builder(pool)
                        .requestTimeout(ttl.dividedBy(3))
                        .build();
                return new StoreConnection(store, pool::close);
            }
        }
    }

    private static HikariDataSource pool(String url, Duration ttl) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(ttl.dividedBy(2).toMillis());
        config.setValidationTimeout(ttl.dividedBy(3).toMillis());
        // A database that is down when the worker starts is no reason not to start.
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
