package io.kafscale.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables made up of five records, with one thing wrong in each; the record at offset n has the hash 100 + n. */
class TableCheckTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);

    private final ProducedLog produced = new ProducedLog();
    private final List<TableCheck.Row> rows = new ArrayList<>();
    private Traits traits = Traits.PLAIN;

    @BeforeEach
    void produceAndWrite() {
        for (long offset = 0; offset < 6; offset++) {
            // Offset 2 is a hole.
            if (offset != 2) {
                produced.add(ORDERS_0, offset, 100 + offset);
                rows.add(new TableCheck.Row(ORDERS_0, offset, 1, 100 + offset));
            }
        }
        produced.extend(ORDERS_0, 6, 0);
    }

    @Test
    void eachRecordOnce_inAnyOrder_isSound() {
        rows.add(rows.remove(0));
        assertThat(violations()).isEmpty();
    }

    @Test
    void recordThatIsMissing_isFound() {
        rows.remove(4);
        rows.remove(2);
        assertThat(violations()).containsExactly("the table lacks 2 records of orders-0, offsets 3 to 5");
    }

    @Test
    void partitionThatIsMissing_isFound() {
        produced.add(ORDERS_1, 0, 1);
        produced.extend(ORDERS_1, 1, 0);
        assertThat(violations()).containsExactly("the table lacks 1 records of orders-1, offsets 0 to 0");
    }

    @Test
    void recordThatIsThereTwice_isFound() {
        rows.add(rows.get(1));
        assertThat(violations()).containsExactly("the table has orders-0 offset 1 more than once");
    }

    @Test
    void recordWithAnothersContent_isFound() {
        rows.set(1, new TableCheck.Row(ORDERS_0, 1, 1, 999));
        assertThat(violations()).containsExactly("the table has a row of orders-0 offset 1 was not what was produced");
    }

    @Test
    void recordThatWasNeverProduced_isFound() {
        rows.add(new TableCheck.Row(ORDERS_0, 2, 1, 102));
        rows.add(new TableCheck.Row(ORDERS_1, 0, 1, 100));
        assertThat(violations())
                .containsExactly(
                        "the table has a row of orders-0 offset 2, which was never produced",
                        "the table has a row of orders-1 offset 0, which was never produced");
    }

    @Test
    void recordThatTheFilterTakesOut_isFound_andNotMissedWhenItIsNotThere() {
        traits = new Traits(Set.of(Trait.FILTERED));
        produced.add(ORDERS_0, 400, 500);
        produced.extend(ORDERS_0, 401, 0);
        assertThat(violations()).isEmpty();
        rows.add(new TableCheck.Row(ORDERS_0, 400, 1, 500));
        assertThat(violations())
                .containsExactly("the table has a row of orders-0 offset 400, which was filtered out or put aside");
    }

    /** Its process was killed or stopped, or never heard that the transaction was committed: the next owner goes on behind it. */
    @Test
    void dispatchThatIsThereUnderItsEpoch_isStored() {
        Dispatch cutShort = new Dispatch("w1", ORDERS_0, 1, 0, 4, 10, true, List.of(), null);
        assertThat(mark(cutShort)).isEqualTo(cutShort.stored());
        assertThat(cutShort.stored().confirmations()).containsExactly(new Dispatch.Confirmation(10, 4, 2));
        Dispatch ofAnother = new Dispatch("w1", ORDERS_0, 2, 0, 4, 10, true, List.of(), null);
        assertThat(mark(ofAnother)).isEqualTo(ofAnother);
        Dispatch longer = new Dispatch("w1", ORDERS_0, 1, 3, 6, 10, true, List.of(), null);
        rows.remove(rows.size() - 1);
        assertThat(mark(longer)).isEqualTo(longer);
    }

    private Dispatch mark(Dispatch dispatch) {
        return TableCheck.markStored(List.of(dispatch), rows, DueRecords.all(produced))
                .get(0);
    }

    private List<String> violations() {
        return TableCheck.check(rows, produced.partitions(), new DueRecords(produced, traits, DeadLetterBook.EMPTY));
    }
}
