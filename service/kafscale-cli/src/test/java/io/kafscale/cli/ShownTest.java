package io.kafscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownTest {

    @Test
    void line_withWhatWouldSteerATerminal_isEscaped() {
        assertThat(Shown.line("plain ünïcödé 🚀")).isEqualTo("plain ünïcödé 🚀");
        assertThat(Shown.line("a\tb\r\nc\u001b[31m\u009b\u202e\u0000\u2028\uD800"))
                .isEqualTo("a\\tb\\r\\nc\\u001b[31m\\u009b\\u202e\\u0000\\u2028\\ud800");
    }

    @Test
    void size_atTheEdgesOfUnits_isShort() {
        assertThat(Shown.size(0)).isEqualTo("0 B");
        assertThat(Shown.size(1023)).isEqualTo("1023 B");
        assertThat(Shown.size(1024)).isEqualTo("1.0 KiB");
        assertThat(Shown.size((1 << 20) - 1)).isEqualTo("1.0 MiB");
        assertThat(Shown.size(5_003_831)).isEqualTo("4.8 MiB");
        assertThat(Shown.size(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
    }

    @Test
    void date_ofAnyTimestamp_isShown() {
        assertThat(Shown.date(0)).isEqualTo("1970-01-01 00:00:00.000");
        assertThat(Shown.date(-1)).as("none").isEqualTo("-");
        assertThat(Shown.date(Long.MAX_VALUE)).contains("292278994-08-17");
        assertThat(Shown.date(Long.MIN_VALUE)).isNotEmpty();
    }
}
