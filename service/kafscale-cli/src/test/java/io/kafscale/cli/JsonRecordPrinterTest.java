package io.kafscale.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.SegmentReader;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.RecordBatchBuilder.Headers;
import io.kafscale.testkit.SegmentWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class JsonRecordPrinterTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void text_ofEachCharacter_isReadBackAsItWas() throws IOException {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c += c < 0x3000 ? 1 : 97) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                String text = "a" + Character.toString(c) + "b";
                assertThat(value(text.getBytes(UTF_8))).as("U+%04X", c).isEqualTo(text);
            }
        }
    }

    @Test
    void text_thatIsNotUtf8_becomesWhatJavaMakesOfItAndStaysJson() throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            assertThat(value(bytes)).isEqualTo(new String(bytes, UTF_8));
        }
    }

    @Test
    void value_largerThanTheBuffer_isWrittenWhole() throws IOException {
        for (int length : new int[] {65_535, 65_536, 65_537, 3_000_000}) {
            String text = "é\"".repeat(length / 3) + "x".repeat(length % 3);
            assertThat(value(text.getBytes(UTF_8))).isEqualTo(text);
        }
    }

    @Test
    void numbers_ofAllSizes_areWrittenInFull() throws IOException {
        for (long timestamp : new long[] {0, -1, 9, 10, Long.MAX_VALUE, -1_234_567_890_123L}) {
            byte[] batch = new RecordBatchBuilder()
                    .timestamp(timestamp)
                    .record("k", null, java.util.Map.of())
                    .build();
            assertThat(print(batch).get("timestamp").asLong()).isEqualTo(timestamp);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Output out = new Output(bytes);
        out.write(Long.MIN_VALUE);
        out.flush();
        assertThat(bytes.toString(UTF_8)).isEqualTo("-9223372036854775808");
    }

    @Test
    void headers_nullEmptyAndRepeated_areAllThere() throws IOException {
        Headers headers = new Headers().add("", new byte[0]).add("a\"", null).add("a\"", "2".getBytes(UTF_8));
        byte[] batch = new RecordBatchBuilder().record(null, null, headers).build();
        assertThat(print(batch).get("headers").toString())
                .isEqualTo("[[\"\",\"\"],[\"a\\\"\",null],[\"a\\\"\",\"2\"]]");
    }

    private static String value(byte[] value) throws IOException {
        return print(new RecordBatchBuilder().record(null, value, new Headers()).build())
                .get("value")
                .asString();
    }

    private static JsonNode print(byte[] batch) throws IOException {
        byte[] segment = new SegmentWriter(0, 0).append(batch).finish().segment();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Output out = new Output(bytes);
        JsonRecordPrinter printer = new JsonRecordPrinter(out, BytesFormat.UTF8);
        printer.begin(null);
        try (RecordCursor records = SegmentReader.open("test", segment).cursor()) {
            assertThat(records.next()).isTrue();
            printer.print(records);
        }
        out.flush();
        assertThat(isUtf8(bytes.toByteArray())).isTrue();
        assertThat(bytes.toString(UTF_8)).endsWith("}\n").hasLineCount(1);
        return JSON.readTree(bytes.toString(UTF_8));
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
