package io.kafscale.config;

import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.Sink;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code sink: jdbc.table}: a row for each record in a table, and the offset in the same transaction. */
final class JdbcSinkFactory implements SinkFactory {

    static final Option<String> URL = Option.text("url", "The database, such as jdbc:postgresql://host/db.")
            .otherwise("`jdbc.url`, with its user and password");
    static final Option<String> USER = Option.text("user", "Who signs in to it.");
    static final Option<String> PASSWORD = Option.secret("password", "Its password.");
    static final Option<JdbcBytes> BYTES = Option.choice(
                    "bytes",
                    JdbcBytes.class,
                    "How keys and values are kept. `text` is for those that are UTF-8; another one is a bad record.")
            .orElse(JdbcBytes.TEXT);
    static final Option<Long> MAX_CONNECTIONS = Option.of(
                    "max_connections",
                    Kind.count(1, Integer.MAX_VALUE),
                    "Connections of each mapping; each write takes one.")
            .orElse((long) ProcessorBuilder.DEFAULT_MAX_CONCURRENT_WRITES);

    @Override
    public String type() {
        return "jdbc";
    }

    @Override
    public List<Option<?>> options() {
        return List.of(URL, USER, PASSWORD, BYTES, MAX_CONNECTIONS);
    }

    @Override
    public void validate(SinkConfig config) {
        JdbcTable.checkName(config.target());
        if (config.find(URL) == null) {
            if (config.file().lacks(FileKeys.JDBC_URL)) {
                throw new IllegalArgumentException("it needs a database; say sinks.jdbc.url, or jdbc.url");
            }
            if (config.find(USER) != null || config.find(PASSWORD) != null) {
                throw new IllegalArgumentException(
                        "user and password belong to a url, which is not said; say it, too, or leave them out");
            }
        }
    }

    @Override
    public Sink create(SinkConfig config) {
        return new JdbcTableSink(open(config), table(config), config);
    }

    @Override
    public String check(SinkConfig config) throws IOException {
        try (HikariDataSource source = open(config)) {
            JdbcTableSink sink = new JdbcTableSink(source, table(config), config);
            return sink.check();
        }
    }

    private static JdbcTable table(SinkConfig config) {
        return new JdbcTable(config.target(), config.get(BYTES));
    }

    /** All three of the section {@code jdbc}, or none: a password is not for another database. */
    private static HikariDataSource open(SinkConfig config) {
        String url = config.find(URL);
        int size = Math.toIntExact(config.get(MAX_CONNECTIONS));
        return url != null
                ? ConnectionPools.open(url, config.find(USER), config.find(PASSWORD), size)
                : ConnectionPools.open(
                        config.file().get(FileKeys.JDBC_URL),
                        ofFile(config, FileKeys.JDBC_USER),
                        ofFile(config, FileKeys.JDBC_PASSWORD),
                        size);
    }

    private static @Nullable String ofFile(SinkConfig config, Option<String> option) {
        return config.file().find(option);
    }
}
