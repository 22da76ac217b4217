package io.kafscale.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.processor.CheckpointAdmin;
import io.kafscale.processor.DeadLetters;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.processor.Sink;
import io.kafscale.processor.Stage;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the pages show does what they say, on the 3,000 golden orders in three partitions. */
@Timeout(60)
class SnippetsTest {

    private static final int ORDERS = 3000;
    private static final int PARTITIONS = 3;
    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);

    @TempDir
    Path directory;

    private final List<Record> delivered = Collections.synchronizedList(new ArrayList<>());
    private final Sink collecting = batch -> batch.forEach(delivered::add);
    private ObjectStore golden;

    @BeforeEach
    void open() throws IOException {
        golden = FileObjectStore.open(Path.of(System.getProperty("kafscale.golden"), "segments"));
    }

    @Test
    void cursor_readsEveryRecord() throws Exception {
        LongAdder bytes = new LongAdder();
        runToTheEnd(builder -> builder.topic("orders", Snippets.readingWithoutCopies(bytes)));
        runToTheEnd(builder -> builder.topic("orders", collecting));

        assertThat(delivered).hasSize(ORDERS);
        assertThat(bytes.sum())
                .isEqualTo(delivered.stream()
                        .filter(order -> order.value() != null)
                        .mapToLong(order -> order.value().length())
                        .sum());
    }

    @Test
    void sinkOfItsOwnForEachPartition_isAssignedAndRevoked() throws Exception {
        runToTheEnd(Snippets::onePerPartition);
    }

    @Test
    void chunks_eachRecordIsInsertedOnce() throws Exception {
        runToTheEnd(builder -> builder.topic("orders", Snippets.inChunks(delivered::addAll)));
        assertThat(delivered).hasSize(ORDERS);
    }

    @Test
    void plannedBatches_eachRecordIsInOneFile() throws Exception {
        runToTheEnd(builder -> Snippets.inFilesOnce(builder, directory));

        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                assertThat(file.toString()).endsWith(".txt");
                lines.addAll(Files.readAllLines(file));
            }
        }
        assertThat(lines).hasSize(ORDERS);
    }

    @Test
    void transforms_dropWhatIsNotWanted_andChangeTheRest() throws Exception {
        List<Record> all = Collections.synchronizedList(new ArrayList<>());
        runToTheEnd(builder -> builder.topic("orders", batch -> batch.forEach(all::add)));
        long wanted = all.stream().filter(order -> order.key() != null).count();
        runToTheEnd(builder -> Snippets.transformed(builder, collecting)
                .onError(Stage.TRANSFORM, ErrorPolicy.afterAttempts(1, ErrorPolicy.Action.SKIP)));

        assertThat(delivered).hasSizeBetween(1, (int) wanted).allMatch(order -> order.key() == null);
    }

    @Test
    void typedValues_reachTheSink() throws Exception {
        List<Snippets.Order> table = Collections.synchronizedList(new ArrayList<>());
        runToTheEnd(builder -> Snippets.typed(builder, table)
                .onError(Stage.TRANSFORM, ErrorPolicy.afterAttempts(1, ErrorPolicy.Action.SKIP)));
        assertThat(table).isNotEmpty().allMatch(order -> !order.customer().isEmpty());
    }

    @Test
    void deadLetters_haveTheRecordThatTheSinkNames() throws Exception {
        Sink refusing = batch -> {
            for (Record order : batch) {
                if (order.offset() == 17) {
                    throw new RecordFailedException(17, new IOException("no room"));
                }
            }
        };
        runToTheEnd(builder -> {
            try {
                // The pauses between so many attempts would take ten seconds.
                return Snippets.withDeadLetters(builder, refusing, directory)
                        .onError(
                                Stage.SINK,
                                ErrorPolicy.afterAttempts(8, ErrorPolicy.Action.DEAD_LETTER)
                                        .withPauses(Duration.ofMillis(1), Duration.ofMillis(5)));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(DeadLetters.read(directory))
                .hasSize(PARTITIONS)
                .allMatch(letter -> letter.record().offset() == 17 && letter.attempts() == 8);
    }

    @Test
    void sinkWithEpochs_refusesTheEarlierOwner() throws Exception {
        runToTheEnd(builder -> builder.topic(
                "orders", Snippets.refusingStaleWrites(delivered::addAll, (partition, epoch) -> epoch > 0)));
        assertThat(delivered).hasSize(ORDERS);
    }

    @Test
    void seekAndReset_goOnElsewhere() throws Exception {
        InMemoryCheckpointStore checkpoints = new InMemoryCheckpointStore();
        try (Processor processor = ProcessorBuilder.create("warehouse")
                .segments(golden, "golden")
                .checkpoints(checkpoints)
                .topic("orders", collecting)
                .build()) {
            processor.start();
            await().until(() -> isAtEnd(processor));
            Snippets.whileItRuns(processor);
            await().until(() -> delivered.size() == ORDERS + 500);
            await().until(() -> isAtEnd(processor));
        }
        CheckpointAdmin admin = CheckpointAdmin.of(checkpoints, golden, "golden");
        Snippets.skipPast(admin, 700);
        assertThat(admin.describe("warehouse")
                        .partitions()
                        .get(ORDERS_0)
                        .checkpoint()
                        .nextOffset())
                .isEqualTo(701);
    }

    @Test
    void tunedProcessor_canBeBuilt() {
        ProcessorBuilder builder = ProcessorBuilder.create("tuned")
                .segments(golden, "golden")
                .checkpoints(new InMemoryCheckpointStore())
                .topic("orders", Snippets.namingTheBadOne());
        Snippets.tuned(builder).build().close();
    }

    private void runToTheEnd(UnaryOperator<ProcessorBuilder> settings) throws Exception {
        ProcessorBuilder builder = ProcessorBuilder.create("snippets")
                .segments(golden, "golden")
                .checkpoints(new InMemoryCheckpointStore());
        try (Processor processor = settings.apply(builder).build()) {
            processor.start();
            await().until(() -> isAtEnd(processor));
        }
    }

    private static boolean isAtEnd(Processor processor) {
        return processor.health().partitions().size() == PARTITIONS
                && processor.health().partitions().values().stream()
                        .allMatch(partition -> partition.endOffset() > 0 && partition.lag() == 0);
    }
}
