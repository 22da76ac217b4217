package io.kafscale.processor;

import static io.kafscale.processor.Letters.ORDERS_0;
import static io.kafscale.processor.Letters.contents;
import static io.kafscale.processor.Letters.letter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterReplayTest {

    private static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);

    @TempDir
    private Path directory;

    /** Notes what it is told, and refuses one offset. */
    private static final class NotingSink implements Sink {
        final List<String> heard = new ArrayList<>();
        final List<List<Object>> records = new ArrayList<>();
        long refused = -1;

        @Override
        public Checkpoint assigned(Assignment assignment) {
            heard.add(assignment.partition() + " assigned at "
                    + assignment.start().nextOffset() + ", epoch " + assignment.epoch());
            return null;
        }

        @Override
        public void write(RecordBatch batch) throws IOException {
            if (refused >= batch.firstOffset() && refused < batch.nextOffset()) {
                throw new IOException("the warehouse is closed");
            }
            heard.add(batch.topicPartition() + " " + batch.firstOffset() + " to " + batch.nextOffset() + ", attempt "
                    + batch.attempt());
            BatchCursor cursor = batch.cursor();
            batch.forEach(record -> {
                assertThat(cursor.next()).isTrue();
                assertThat(contents(cursor)).isEqualTo(contents(record)).isEqualTo(contents(cursor.copy()));
                records.add(contents(record));
            });
            assertThat(cursor.next()).isFalse();
            batch.confirm(batch.nextOffset());
            assertThat(batch.context().isRevoked()).isFalse();
            assertThat(batch.context().remainingLease()).isEqualTo(Duration.ZERO);
        }

        @Override
        public void revoked(TopicPartition partition, Revocation cause) {
            heard.add(partition + " " + cause);
        }

        @Override
        public void close() {
            heard.add("closed");
        }
    }

    private final NotingSink sink = new NotingSink();

    private void write(DeadLetter... letters) throws IOException {
        FileDeadLetterSink files = FileDeadLetterSink.in(directory);
        for (DeadLetter letter : letters) {
            files.write(letter);
        }
    }

    @Test
    void letters_comeOnce_inOrder_inBatchesWithoutGaps() throws Exception {
        write(
                letter("warehouse", ORDERS_1, 7),
                letter("warehouse", ORDERS_0, 9),
                letter("warehouse", ORDERS_0, 10),
                letter("warehouse", ORDERS_0, 4),
                letter("warehouse", ORDERS_0, 9));

        assertThat(DeadLetters.replay(directory, sink)).isEqualTo(4);
        assertThat(sink.heard)
                .containsExactly(
                        "orders-0 assigned at 4, epoch 0",
                        "orders-0 4 to 5, attempt 1",
                        "orders-0 9 to 11, attempt 1",
                        "orders-0 RELEASED",
                        "orders-1 assigned at 7, epoch 0",
                        "orders-1 7 to 8, attempt 1",
                        "orders-1 RELEASED");
    }

    @Test
    void goldenRecords_reachTheSinkAsTheyWere() throws Exception {
        List<DeadLetter> letters = Letters.golden(new TopicPartition("edge", 0));
        write(letters.toArray(DeadLetter[]::new));

        DeadLetters.replay(directory.resolve("warehouse"), sink);

        assertThat(sink.records)
                .isEqualTo(letters.stream()
                        .map(letter -> contents(letter.record()))
                        .toList());
    }

    @Test
    void sinkThatRefuses_endsTheReplay_whichCanBeDoneAgain() throws Exception {
        write(letter("warehouse", ORDERS_0, 1), letter("warehouse", ORDERS_0, 5), letter("warehouse", ORDERS_0, 8));
        sink.refused = 5;

        assertThatThrownBy(() -> DeadLetters.replay(directory, sink))
                .isInstanceOf(IOException.class)
                .hasMessage("the replay ends at orders-0 offset 5, which the sink refused after it took 1 records:"
                        + " java.io.IOException: the warehouse is closed");
        assertThat(sink.heard).endsWith("orders-0 1 to 2, attempt 1", "orders-0 RELEASED");

        sink.refused = -1;
        assertThat(DeadLetters.replay(directory, sink)).isEqualTo(3);
    }

    @Test
    void lettersOfTwoGroups_areNotGivenToOneSink() throws Exception {
        write(letter("warehouse", ORDERS_0, 1), letter("billing", ORDERS_0, 1));

        assertThatThrownBy(() -> DeadLetters.replay(directory, sink))
                .isInstanceOf(IOException.class)
                .hasMessage(directory + " holds dead letters of the groups billing, warehouse; replay what is of one of"
                        + " them");
        assertThat(sink.heard).isEmpty();
        assertThat(DeadLetters.replay(directory.resolve("billing"), sink)).isEqualTo(1);
    }

    @Test
    void confirmOutsideTheBatch_isRefusedAsAProcessorRefusesIt() throws Exception {
        write(letter("warehouse", ORDERS_0, 3));

        assertThatThrownBy(() -> DeadLetters.replay(directory, batch -> batch.confirm(3)))
                .hasMessageContaining("offset 3 cannot be confirmed in a batch of offsets 3 to 3");
    }
}
