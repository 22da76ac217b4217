package io.kafscale.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class JdbcSinkBuilderTest {

    private final JdbcSinkBuilder builder =
            JdbcSink.into(FaultySource.proxy(DataSource.class, (self, method, values) -> {
                throw new AssertionError("nothing is connected to");
            }));

    @Test
    void build_withoutAGroup_saysSo() {
        builder.insert("INSERT INTO orders VALUES (?)", (statement, record) -> {});
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("call group(name)");
    }

    @Test
    void build_withoutAnythingToWrite_saysSo() {
        assertThatThrownBy(builder.group("warehouse")::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("call insert(sql, binder) or writer(…)");
    }

    @Test
    void setters_checkAtOnce() {
        assertThatThrownBy(() -> builder.group(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot name a group in a database");
        assertThatThrownBy(() -> builder.requestTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a request timeout of PT0S is not above 0");
    }
}
