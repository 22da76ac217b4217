package io.kafscale.processor;

import static io.kafscale.processor.Letters.ORDERS_0;
import static io.kafscale.processor.Letters.contents;
import static io.kafscale.processor.Letters.letter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.segment.Record;
import io.kafscale.segment.TimestampType;
import io.kafscale.segment.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a letter stands in a line. */
class DeadLettersTest {

    private static final String LINE = "{\"group\":\"warehouse\",\"topic\":\"orders\",\"partition\":0,\"offset\":41,"
            + "\"timestamp\":1767225600000,\"timestampType\":\"CreateTime\",\"key\":\"Yy0x\",\"value\":null,"
            + "\"headers\":[[\"c291cmNl\",\"d2Vi\"],[\"ZW1wdHk=\",null]],\"stage\":\"SINK\",\"attempts\":3,"
            + "\"error\":\"no such customer\",\"failedAt\":\"2026-01-01T00:00:00.123Z\"}";

    @Test
    void line_isWhatTheJavadocShows() {
        Record record = Record.builder(41)
                .timestamp(1_767_225_600_000L, TimestampType.CREATE_TIME)
                .key("c-1".getBytes(StandardCharsets.UTF_8))
                .header("source", "web".getBytes(StandardCharsets.UTF_8))
                .header("empty", null)
                .build();

        assertThat(DeadLetters.toJson(letter("warehouse", ORDERS_0, record))).isEqualTo(LINE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"edge", "one"})
    void goldenRecords_asLinesAndBack_areTheSame(String topic) throws Exception {
        List<DeadLetter> letters = Letters.golden(new TopicPartition(topic, 0));

        assertThat(letters).isNotEmpty();
        for (DeadLetter letter : letters) {
            String line = DeadLetters.toJson(letter);
            assertThat(line).doesNotContain("\n");
            assertThat(contents(DeadLetters.fromJson(line))).isEqualTo(contents(letter));
        }
    }

    @Test
    void errorThatTriesToBeJson_isTextAndBack() {
        String error = "\"},\\{\n\r\t\b\f\0\u007f \u00e9 \u2028 \ud83d\ude9a \ud83d half";
        DeadLetter letter = new DeadLetter(
                "g",
                ORDERS_0,
                Record.builder(Long.MAX_VALUE)
                        .timestamp(Long.MIN_VALUE, TimestampType.LOG_APPEND_TIME)
                        .build(),
                Stage.TRANSFORM,
                Integer.MAX_VALUE,
                error,
                Instant.MAX);
        String line = DeadLetters.toJson(letter);

        assertThat(line).isASCII().doesNotContain("\n");
        assertThat(contents(DeadLetters.fromJson(line))).isEqualTo(contents(letter));
    }

    @Test
    void fieldsInAnotherOrder_withWhiteSpace_areTheSameLetter() {
        String moved = LINE.replace("{\"group\":\"warehouse\",", " { ")
                .replace("\"attempts\":3,", "\t\"attempts\" : 3 ,\"group\":\"ware\\u0068ouse\" ,\r\n");

        assertThat(contents(DeadLetters.fromJson(moved))).isEqualTo(contents(DeadLetters.fromJson(LINE)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"group\":\"warehouse\",| |it lacks group",
                "\"offset\":41|\"offset\":041|at character 62 expected a whole number",
                "\"offset\":41|\"offset\":-1|offset -1 is negative",
                "\"offset\":41|\"offset\":4.1|at character 63 expected '}'",
                "\"offset\":41|\"offset\":99999999999999999999|at character 62 the number is out of range",
                "\"offset\":41|\"offset\":41,\"offset\":42|at character 73 the field \"offset\" comes twice",
                "\"offset\":41|\"offset\":41,\"color\":1|at character 72 a dead letter has no field \"color\"",
                "\"partition\":0|\"partition\":2147483648|partition is 2147483648, not 0 to 2147483647",
                "\"orders\"|\"..\"|\"..\" is not a topic name",
                "\"warehouse\"|\"../etc\"|\"../etc\" is not a group name",
                "\"Yy0x\"|\"Yy0\\u0000\"|at character 137 the string before is not base64",
                "\"Yy0x\"|true|at character 126 expected '\"'",
                "CreateTime|Created|timestampType is \"Created\", not one of CreateTime, LogAppendTime",
                "SINK|sink|stage is \"sink\", not one of JOIN, LEASE",
                "2026-01-01T|yesterday|failedAt is \"yesterday00:00:00.123Z\", not a time in ISO 8601",
                "customer\"|\\x\"|'\\x' is no escape",
                "customer\"|\\u00g0\"|'g' is no hexadecimal digit",
                "[\"ZW1wdHk=\",null]|[\"ZW1wdHk=\"]|expected ','",
                "Z\"}|Z\"}{}|something follows the object",
                "Z\"}|Z|the string does not end",
                "Z\"}|Z\"|expected '}'",
            })
    void lineThatIsWrong_isRefused_andSaysWhere(String part, String instead, String message) {
        assertThat(LINE).contains(part);
        String wrong = LINE.replace(part, instead == null ? "" : instead);

        assertThatThrownBy(() -> DeadLetters.fromJson(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    /** Nothing but a sentence comes of it, whichever byte is missing. */
    @Test
    void lineCutOffAnywhere_isRefused() {
        for (int length = 0; length < LINE.length(); length++) {
            String cut = LINE.substring(0, length);
            assertThatThrownBy(() -> DeadLetters.fromJson(cut))
                    .as(cut)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("at character ");
        }
    }
}
