package io.kafscale.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBuilderTest {

    @Test
    void record_hasWhatItWasGiven() {
        Record record = Record.builder(41)
                .timestamp(1_767_225_600_000L, TimestampType.LOG_APPEND_TIME)
                .key("k".getBytes(StandardCharsets.UTF_8))
                .value("v".getBytes(StandardCharsets.UTF_8))
                .header("traceparent", "00-1".getBytes(StandardCharsets.UTF_8))
                .header("traceparent", null)
                .header("", new byte[0])
                .build();

        assertThat(record.offset()).isEqualTo(41);
        assertThat(record.timestamp()).isEqualTo(1_767_225_600_000L);
        assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(record.key()).hasToString("k");
        assertThat(record.value()).hasToString("v");
        HeaderCursor headers = record.headers();
        assertThat(headers.count()).isEqualTo(3);
        assertThat(headers.next()).isTrue();
        assertThat(headers.key()).isEqualTo("traceparent");
        assertThat(headers.value()).hasToString("00-1");
        assertThat(headers.next()).isTrue();
        assertThat(headers.value()).isNull();
        assertThat(headers.next()).isTrue();
        assertThat(headers.key()).isEmpty();
        assertThat(headers.value().length()).isZero();
        assertThat(headers.next()).isFalse();
    }

    @Test
    void record_thatWasGivenNothing_hasNothing() {
        Record record = Record.builder(0).build();

        assertThat(record.key()).isNull();
        assertThat(record.value()).isNull();
        assertThat(record.headers().count()).isZero();
        assertThat(record.headers().next()).isFalse();
        assertThat(record.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 8_191, 8_192, 1_048_575, 1_048_576})
    void lengths_ofEveryNumberOfBytes_areReadBack(int length) {
        byte[] value = new byte[length];
        HeaderCursor headers = Record.builder(7)
                .value(value)
                .header("h", value)
                .header("last", null)
                .build()
                .headers();

        assertThat(headers.next()).isTrue();
        assertThat(headers.value().toBytes()).isEqualTo(value);
        assertThat(headers.next()).isTrue();
        assertThat(headers.key()).isEqualTo("last");
    }

    @Test
    void changedLater_theRecordStaysAsItWas() {
        byte[] value = {1};
        Record record = Record.builder(0).value(value).build();
        value[0] = 2;

        assertThat(record.value().toBytes()).containsExactly(1);
    }

    @Test
    void offset_belowZero_isRefused() {
        assertThatThrownBy(() -> Record.builder(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("offset -1 is negative");
    }
}
