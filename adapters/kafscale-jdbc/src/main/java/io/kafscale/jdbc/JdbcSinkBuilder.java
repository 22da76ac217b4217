package io.kafscale.jdbc;

import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Says what a {@link JdbcSink} writes, and under which name it keeps its position. {@link #group} and either {@link #insert}
 * or {@link #writer} must be said. Not thread safe; the sink it builds is.
 *
 * @see JdbcSink#into
 */
public final class JdbcSinkBuilder {

    /** How long a statement may take unless {@link #requestTimeout} says otherwise. */
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(30);

    private final DataSource source;
    private @Nullable JdbcGroup group;
    private @Nullable RowWriter writer;
    private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
    private boolean allowMissing;

    JdbcSinkBuilder(DataSource source) {
        this.source = Objects.requireNonNull(source, "source");
    }

    /**
     * Under which name positions are kept, best that of the processor's group: all workers that fill the same tables together
     * use the same, and nobody else.
     *
     * @throws IllegalArgumentException when it is empty, longer than 200 characters, or ends with a blank
     */
    public JdbcSinkBuilder group(String name) {
        this.group = JdbcGroup.named(name);
        return this;
    }

    /**
     * Executes one statement for each record, in batches. A record at which the database takes offence (a constraint, a value
     * too long) is found and named, so that an {@link io.kafscale.processor.ErrorPolicy} can put aside just this one; so is
     * one of which {@code binder} throws anything but an {@code SQLException}.
     *
     * @param sql with a question mark for each value, such as {@code INSERT INTO orders (id, body) VALUES (?, ?)}
     * @param binder called from many threads, for one record possibly more than once
     */
    public JdbcSinkBuilder insert(String sql, JdbcSink.Binder binder) {
        this.writer = new InsertWriter(sql, binder);
        return this;
    }

    /**
     * Does whatever is to be done with the records of a batch, in one transaction with the offset.
     *
     * @param writer called from many threads
     */
    public JdbcSinkBuilder writer(JdbcSink.Writer writer) {
        Objects.requireNonNull(writer, "writer");
        this.writer = (statements, batch) -> writer.write(statements.connection(), batch);
        return this;
    }

    /**
     * How long the sink's own statements, those of {@link #insert}, and any wait for the network may take;
     * {@link #DEFAULT_REQUEST_TIMEOUT} by default. Drivers count in whole seconds: fractions are rounded up.
     *
     * @throws IllegalArgumentException when it is not above 0
     */
    public JdbcSinkBuilder requestTimeout(Duration requestTimeout) {
        if (requestTimeout.isZero() || requestTimeout.isNegative()) {
            throw new IllegalArgumentException("a request timeout of " + requestTimeout + " is not above 0");
        }
        this.requestTimeout = requestTimeout;
        return this;
    }

    /**
     * Begins at the checkpoint where the database has no position of a partition, also if that is above 0: for a group that
     * had another sink before. Otherwise such a partition stops, since a table made anew would silently lack all that was
     * processed before.
     */
    public JdbcSinkBuilder allowMissingPosition() {
        this.allowMissing = true;
        return this;
    }

    /**
     * The sink.
     *
     * @throws IllegalStateException when something is missing; says what
     */
    public JdbcSink build() {
        JdbcGroup named = group;
        RowWriter writing = writer;
        if (named == null) {
            throw new IllegalStateException("a JDBC sink keeps its position under a name; call group(name)");
        }
        if (writing == null) {
            throw new IllegalStateException("what the sink writes is not said; call insert(sql, binder) or writer(…)");
        }
        return new JdbcSink(
                new Database(source, requestTimeout, SinkPositions::tables),
                new SinkPositions(named, allowMissing),
                writing);
    }
}
