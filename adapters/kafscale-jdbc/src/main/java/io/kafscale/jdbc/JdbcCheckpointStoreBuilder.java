package io.kafscale.jdbc;

import java.time.Duration;
import javax.sql.DataSource;

/**
 * Says how to talk to the database. Not thread safe; the store it builds is.
 *
 * @see JdbcCheckpointStore#builder
 */
public final class JdbcCheckpointStoreBuilder {

    /** How long a statement may take unless {@link #requestTimeout} says otherwise. */
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private final DataSource source;
    private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;

    JdbcCheckpointStoreBuilder(DataSource source) {
        this.source = source;
    }

    /**
     * How long a statement may take before its outcome counts as unknown; {@link #DEFAULT_REQUEST_TIMEOUT} by default. It
     * should be well below the TTL. Drivers count in whole seconds: fractions are rounded up. How long a pool may take to
     * hand out a connection is for the pool to limit.
     *
     * @throws IllegalArgumentException when it is not above 0
     */
    public JdbcCheckpointStoreBuilder requestTimeout(Duration requestTimeout) {
        if (requestTimeout.isZero() || requestTimeout.isNegative()) {
            throw new IllegalArgumentException("a request timeout of " + requestTimeout + " is not above 0");
        }
        this.requestTimeout = requestTimeout;
        return this;
    }

    /** The store. */
    public JdbcCheckpointStore build() {
        return new JdbcCheckpointStore(source, requestTimeout, System::nanoTime);
    }
}
