package io.kafscale.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.discovery.FileObjectStore;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.PartitionCursor;
import io.kafscale.discovery.PartitionReader;
import io.kafscale.processor.DeadLetter;
import io.kafscale.processor.DeadLetters;
import io.kafscale.processor.Stage;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.LocalS3;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3DeadLetterSinkTest {

    private static final TopicPartition EDGE_0 = new TopicPartition("edge", 0);
    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);

    private static LocalS3 server;
    private static S3Client client;
    private static ObjectStore store;

    @BeforeAll
    static void startServer() throws IOException {
        server = LocalS3.start("data");
        client = TestClients.builder(server.endpoint()).build();
        store = S3ObjectStore.create(client, "data");
    }

    @AfterAll
    static void stopServer() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void goldenRecords_writtenAndRead_areTheSame() throws Exception {
        S3DeadLetterSink sink = S3DeadLetterSink.create(client, "data", "golden-letters");
        List<String> written = new ArrayList<>();
        Path golden = Path.of(System.getProperty("kafscale.golden"), "segments");
        try (ObjectStore segments = FileObjectStore.open(golden);
                PartitionCursor records =
                        PartitionReader.open(segments, "golden", EDGE_0).cursor()) {
            while (records.next()) {
                DeadLetter letter = letter("warehouse", EDGE_0, records.copy());
                sink.write(letter);
                written.add(DeadLetters.toJson(letter));
            }
        }

        List<String> read = DeadLetters.read(store, "golden-letters/warehouse/").stream()
                .map(DeadLetters::toJson)
                .toList();
        assertThat(read).isNotEmpty().containsExactlyInAnyOrderElementsOf(written);
        assertThat(store.list(ListRequest.of("golden-letters/")).objects().stream()
                        .map(ObjectEntry::key))
                .contains("golden-letters/warehouse/edge/0/0.json");
    }

    @Test
    void replay_ofObjects_isInTheOrderOfTheOffsets_whichIsNotThatOfTheKeys() throws Exception {
        S3DeadLetterSink sink = S3DeadLetterSink.create(client, "data", "letters");
        for (long offset : new long[] {10, 9, 100, 9}) {
            sink.write(letter("warehouse", ORDERS_0, Record.builder(offset).build()));
        }
        List<Long> replayed = new ArrayList<>();

        long count = DeadLetters.replay(
                store, "letters/warehouse/", batch -> batch.forEach(record -> replayed.add(record.offset())));

        assertThat(count).isEqualTo(3);
        assertThat(replayed).containsExactly(9L, 10L, 100L);
    }

    @Test
    void objectThatIsNoLetter_isNamed() {
        client.putObject(
                request -> request.bucket("data").key("wrong/warehouse/orders/0/1.json"), RequestBody.fromString("[]"));

        assertThatThrownBy(() -> DeadLetters.read(store, "wrong/"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "s3://data/wrong/warehouse/orders/0/1.json is not a dead letter: at character 1 expected '{';"
                                + " mend or remove it");
    }

    @Test
    void bucketThatIsNotThere_isAFailureThatNamesTheObject() {
        S3DeadLetterSink sink = S3DeadLetterSink.create(client, "nowhere", "letters");

        assertThatThrownBy(() -> sink.write(
                        letter("warehouse", ORDERS_0, Record.builder(7).build())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write s3://nowhere/letters/warehouse/orders/0/7.json");
    }

    @Test
    void prefixThatIsNone_isRefused() {
        for (String prefix : List.of("", "/letters", "letters/")) {
            assertThatThrownBy(() -> S3DeadLetterSink.create(client, "data", prefix))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is no key prefix");
        }
    }

    private static DeadLetter letter(String group, TopicPartition partition, Record record) {
        return new DeadLetter(
                group, partition, record, Stage.SINK, 3, "no such customer", Instant.parse("2026-01-01T00:00:00.123Z"));
    }
}
