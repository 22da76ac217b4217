package io.kafscale.processor;

import io.kafscale.discovery.FileObjectStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.PartitionCursor;
import io.kafscale.discovery.PartitionReader;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.Record;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.TimestampType;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Dead letters to test with. */
final class Letters {

    static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final Instant FAILED_AT = Instant.parse("2026-01-01T00:00:00.123Z");
    private static final Path GOLDEN = Path.of(System.getProperty("kafscale.golden"));

    private Letters() {}

    static DeadLetter letter(String group, TopicPartition partition, long offset) {
        return letter(
                group,
                partition,
                Record.builder(offset)
                        .timestamp(1_767_225_600_000L, TimestampType.CREATE_TIME)
                        .value(("order " + offset).getBytes(StandardCharsets.UTF_8))
                        .build());
    }

    static DeadLetter letter(String group, TopicPartition partition, Record record) {
        return new DeadLetter(group, partition, record, Stage.SINK, 3, "no such customer", FAILED_AT);
    }

    /** All records of a golden partition, as letters. */
    static List<DeadLetter> golden(TopicPartition partition) throws IOException {
        List<DeadLetter> letters = new ArrayList<>();
        try (ObjectStore store = FileObjectStore.open(GOLDEN.resolve("segments"));
                PartitionCursor records =
                        PartitionReader.open(store, "golden", partition).cursor()) {
            while (records.next()) {
                letters.add(letter("warehouse", partition, records.copy()));
            }
        }
        return letters;
    }

    /** All there is to a letter, to be compared. */
    static List<Object> contents(DeadLetter letter) {
        return List.of(
                letter.group(),
                letter.partition(),
                contents(letter.record()),
                letter.stage(),
                letter.attempts(),
                letter.error(),
                letter.failedAt());
    }

    static List<Object> contents(RecordView record) {
        List<Object> contents = new ArrayList<>();
        contents.add(record.offset());
        contents.add(record.timestamp());
        contents.add(record.timestampType());
        contents.add(text(record.key()));
        contents.add(text(record.value()));
        HeaderCursor headers = record.headers();
        while (headers.next()) {
            contents.add(text(headers.keySlice()));
            contents.add(text(headers.value()));
        }
        return contents;
    }

    private static String text(ByteSlice bytes) {
        return bytes == null ? "null" : "base64 " + Base64.getEncoder().encodeToString(bytes.toBytes());
    }
}
