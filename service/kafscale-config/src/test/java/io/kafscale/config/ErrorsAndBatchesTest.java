package io.kafscale.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that say what is done when something fails, how much a sink gets, and where a partition begins. */
class ErrorsAndBatchesTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    @TempDir
    private Path directory;

    private ConfigFile file(String rest) throws IOException {
        return ConfigFile.in(directory, """
                group: files
                segments: { directory: "%s", namespace: golden }
                offsets: { backend: memory }
                """.formatted(ConfigFile.SEGMENTS) + rest);
    }

    @Test
    void contradictions_areToldAtTheirPlaces_withAllElse() throws IOException {
        assertThat(file("""
                processor:
                  planned_batches: true
                  start: yesterday
                  batches: { max_records: 0, max_bytes: 0 }
                  poll_interval_seconds: 5
                  max_poll_interval_seconds: 1
                errors:
                  sink: { attempts: 5, then: skip }
                  fetch: { attempts: 3 }
                  list: { then: stop_partition }
                  commit: { attempts: 1, then: skip }
                  decode: { attempts: 2, then: retry }
                  transform: { attempts: 2, then: dead_letter }
                  dead_letter: { first_pause_seconds: 60 }
                  join: { attempts: 1 }
                mappings:
                  - topic: orders
                    sink: stdout
                  - topic: edge
                    sink: stdout
                    planned_batches: false
                    errors: { sink: { then: dead_letter } }
                  - topic: one
                    sink: stdout
                    errors: { sink: { then: stop_partition } }
                """).problems())
                .containsExactly(
                        "5:20: processor.planned_batches has batches handed over whole, but errors.sink.then would halve"
                                + " them to find a bad record; take out the one, or have the other stop the partition",
                        "6:10: processor.start is \"yesterday\", but it takes earliest, latest, an offset, or a time such"
                                + " as 2026-01-31T08:00:00Z",
                        "7:27: processor.batches.max_records is \"0\", but it takes a whole number from 1 to 2147483647",
                        "7:41: processor.batches.max_bytes: a batch of at most 10000 records and 0 bytes that waits PT0S"
                                + " cannot be; it takes at least 1 record, 1 byte and no negative wait",
                        "9:30: processor.max_poll_interval_seconds is shorter than processor.poll_interval_seconds; raise"
                                + " the one or lower the other",
                        "12:22: errors.fetch.then is missing: say what is done after so many attempts",
                        "13:17: errors.list.attempts is missing: say after how many failures in a row; choose it with the"
                                + " longest outage of the sink in mind",
                        "14:32: errors.commit.then: when the commit fails nothing is wrong with the records, and none is"
                                + " skipped; retry for ever, stop the partition, or stop the processor",
                        "15:23: errors.decode.attempts is without effect, since then: retry tries for ever; take out one of"
                                + " them",
                        "16:35: errors.transform.then is dead_letter, but there is no place for them; say"
                                + " dead_letters.directory or dead_letters.prefix",
                        "17:39: errors.dead_letter.first_pause_seconds: pauses between attempts grow from PT1M to PT30S;"
                                + " the first must be above 0, and the longest not shorter than it",
                        "18:3: errors.join is not a stage; there are commit, dead_letter, decode, fetch, list, sink,"
                                + " transform",
                        "25:29: mappings[1].errors.sink.then is dead_letter, but there is no place for them; say"
                                + " dead_letters.directory or dead_letters.prefix");
    }

    @Test
    void placeOfDeadLetters_thatCannotBeIsTold() throws IOException {
        assertThat(file("""
                dead_letters: { directory: x, prefix: /y }
                mappings: [ { topic: orders, sink: stdout } ]
                """).problems())
                .containsExactly(
                        "4:39: dead_letters.directory and dead_letters.prefix both say where dead letters go; keep one",
                        "4:39: dead_letters.prefix is \"/y\", but it may not begin or end with '/'",
                        "4:39: dead_letters.prefix is one in the bucket of the segments, and s3.bucket is missing; say"
                                + " dead_letters.directory instead");
        assertThat(ConfigFile.in(directory, """
                s3: { bucket: log, namespace: prod, region: eu-central-1 }
                dead_letters: { prefix: prod/letters }
                mappings: [ { topic: orders, sink: stdout } ]
                """).problems())
                .containsExactly("2:25: dead_letters.prefix lies in the brokers' namespace, where it would look like a"
                        + " topic; choose one outside, or say dead_letters.directory");
    }

    @Test
    void commitInterval_notShorterThanTheLease_isToldAtItsPlace() throws IOException {
        assertThat(ConfigFile.in(directory, """
                s3: { bucket: log, namespace: prod, region: eu-central-1 }
                offsets: { commit_interval_seconds: 30 }
                mappings: [ { topic: orders, sink: stdout } ]
                """).problems())
                .containsExactly(
                        "2:37: offsets.commit_interval_seconds must be shorter than offsets.lease_ttl_seconds, or"
                                + " a lost worker repeats more than one lease's work; lower the one or raise the other");
    }

    /** What a mapping does not say of a stage holds as the file has it: here the attempts. */
    @Test
    void recordThatTheSinkRefuses_goesToTheDeadLetters_andTheRestOn() throws IOException {
        String refusing =
                "jdbc:h2:mem:letters;INIT=CREATE TABLE IF NOT EXISTS narrow (topic VARCHAR, partition_no INTEGER,"
                        + " record_offset BIGINT CHECK (record_offset <> 7), record_timestamp BIGINT, record_key VARCHAR,"
                        + " record_value VARCHAR, record_headers VARCHAR)";
        ConfigFile file = file("""
                dead_letters: { directory: "%s" }
                errors: { sink: { attempts: 2, then: stop_partition, first_pause_seconds: 0.01 } }
                sinks: { jdbc: { url: "%s" } }
                mappings:
                  - topic: orders
                    sink: jdbc.narrow
                    batches: { max_records: 100 }
                    errors: { sink: { then: dead_letter } }
                """.formatted(directory.resolve("letters"), refusing));
        try (RunningProcessor running = RunningProcessor.start(file.load())) {
            running.awaitCommit(ORDERS, 1000);
        }
        List<String> letters = Files.readAllLines(directory.resolve("letters/files/orders/0.jsonl"));
        assertThat(letters).hasSize(1);
        assertThat(letters.get(0)).contains("\"offset\":7");
    }

    @Test
    void start_ofAMapping_countsBeforeThatOfTheFile() throws IOException {
        ConfigFile file = file("""
                processor: { start: latest, batches: { max_records: 5 } }
                mappings:
                  - topic: orders
                    sink: jsonl.out
                    start: 990
                    options: { directory: "%s", max_file_bytes: 1 }
                """.formatted(directory));
        try (RunningProcessor running = RunningProcessor.start(file.load())) {
            running.awaitCommit(ORDERS, 1000);
        }
        try (Stream<Path> files = Files.list(directory.resolve("out"))) {
            Path first = files.filter(path -> path.getFileName().toString().startsWith("orders-0-"))
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            assertThat(first.getFileName().toString()).startsWith("orders-0-00000000000000000990-");
            assertThat(Files.readAllLines(first))
                    .as("as many as the file allows")
                    .hasSize(5);
        }
    }
}
