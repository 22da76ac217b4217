package io.kafscale.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ledgers made up of ten records, with one thing wrong in each; the record at offset n has the hash 100 + n. */
class DispatchCheckTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);

    private final ProducedLog produced = new ProducedLog();
    private final List<Dispatch> dispatches = new ArrayList<>();
    private Map<String, List<Long>> stops = Map.of();
    private Traits traits = Traits.PLAIN;
    private DeadLetterBook letters = DeadLetterBook.EMPTY;
    private int lateInFlight;

    @BeforeEach
    void produce() {
        for (long offset = 0; offset < 10; offset++) {
            // Offset 4 is a hole.
            if (offset != 4) {
                produced.add(ORDERS_0, offset, 100 + offset);
            }
        }
        produced.extend(ORDERS_0, 10, 0);
    }

    @Test
    void repetitionsAfterFailureAndTakeover_areSound() {
        confirmed("w1", 1, 0, 3, 10);
        failed("w1", 1, 3, 6, 20);
        confirmed("w1", 1, 3, 6, 30);
        // w1 was killed before it committed.
        confirmed("w2", 2, 3, 6, 50);
        confirmed("w2", 2, 6, 10, 60);
        assertThat(violations()).isEmpty();
    }

    @Test
    void recordThatNobodyConfirmed_isFound() {
        confirmed("w1", 1, 0, 6, 10);
        failed("w1", 1, 6, 10, 20);
        assertThat(violations()).containsExactly("orders-0 lost 4 records, offsets 6 to 9");
    }

    @Test
    void recordLeftOutOfABatch_isFound() {
        add("w1", 1, 0, 6, 10, true, true, List.of(record(0), record(1), record(3), record(5)));
        confirmed("w1", 1, 6, 10, 20);
        assertThat(violations())
                .containsExactly(
                        "w1 dispatched orders-0 [0, 6) under epoch 1 and wrote offset 3 where 2 was next",
                        "orders-0 lost 1 records, offsets 2 to 2");
    }

    @Test
    void recordLeftOutAtTheEndOfABatch_isFound() {
        add("w1", 1, 0, 3, 10, true, true, List.of(record(0), record(1)));
        confirmed("w1", 1, 3, 10, 20);
        assertThat(violations())
                .contains("w1 dispatched orders-0 [0, 3) under epoch 1 and confirmed it without offset 2");
    }

    @Test
    void recordWithAnothersContent_isFound() {
        add("w1", 1, 0, 2, 10, true, true, List.of(record(0), new Dispatch.Written(1, 999)));
        confirmed("w1", 1, 2, 10, 20);
        assertThat(violations())
                .containsExactly("w1 dispatched orders-0 [0, 2) under epoch 1 and offset 1 was not what was produced");
    }

    @Test
    void recordThatWasNeverProduced_isFound() {
        confirmed("w1", 1, 0, 10, 10);
        add("w1", 1, 10, 11, 20, true, true, List.of(record(10)));
        assertThat(violations())
                .contains("w1 dispatched orders-0 [10, 11) under epoch 1 and offset 10, which was never produced");
    }

    @Test
    void batchesOutOfOrder_areFound() {
        confirmed("w1", 1, 0, 3, 10);
        confirmed("w1", 1, 6, 10, 20);
        confirmed("w1", 1, 3, 6, 30);
        assertThat(violations())
                .contains(
                        "w1 dispatched orders-0 [6, 10) under epoch 1 after w1 dispatched orders-0 [0, 3) under epoch 1,"
                                + " confirmed",
                        "w1 dispatched orders-0 [6, 10) under epoch 1 when offsets from 3 on had not been confirmed");
    }

    @Test
    void repetitionOfWhatWasConfirmed_withinAnEpoch_isFound() {
        confirmed("w1", 1, 0, 10, 10);
        confirmed("w1", 1, 0, 10, 20);
        assertThat(violations()).singleElement().asString().endsWith(", confirmed");
    }

    /** The sink was stopped after its transaction was committed, and said so when the next owner was at work. */
    @Test
    void whatIsStoredAndConfirmedLater_isNotPassedOver_byALaterOwner() {
        confirmed("w1", 1, 0, 3, 10);
        add("w1", 1, 3, 6, 20, true, 70);
        dispatches.add(dispatches.remove(1).stored());
        confirmed("w2", 2, 6, 10, 50);
        assertThat(violations()).isEmpty();
    }

    @Test
    void whatIsStored_isNoneOfItsOwnersBusiness_beforeItIsConfirmed() {
        confirmed("w1", 1, 0, 3, 10);
        add("w1", 1, 3, 6, 20, true, 70);
        dispatches.add(dispatches.remove(1).stored());
        confirmed("w1", 1, 6, 10, 50);
        assertThat(violations())
                .contains("w1 dispatched orders-0 [6, 10) under epoch 1 when offsets from 3 on had not been confirmed");
    }

    @Test
    void newOwnerThatPassesOverWhatNobodyConfirmed_isFound_evenWhenItComesLater() {
        confirmed("w1", 1, 0, 3, 10);
        failed("w1", 1, 3, 6, 20);
        confirmed("w2", 2, 6, 10, 30);
        confirmed("w3", 3, 3, 6, 40);
        assertThat(violations())
                .containsExactly(
                        "w2 dispatched orders-0 [6, 10) under epoch 2 when offsets from 3 on had not been confirmed");
    }

    @Test
    void failureAfterAPart_goesOnBehindIt() {
        partly("w1", 1, 0, 6, 3, 10);
        confirmed("w1", 1, 3, 6, 30);
        confirmed("w1", 1, 6, 10, 40);
        assertThat(violations()).isEmpty();
    }

    @Test
    void failureAfterAPart_thatGoesBackBelowIt_isFound() {
        partly("w1", 1, 0, 6, 3, 10);
        confirmed("w1", 1, 0, 6, 30);
        confirmed("w1", 1, 6, 10, 40);
        assertThat(violations())
                .containsExactly("w1 dispatched orders-0 [0, 6) under epoch 1 after w1 dispatched orders-0 [0, 6) under"
                        + " epoch 1, failed with offset 3 next");
    }

    @Test
    void partThatWasConfirmedWithoutARecordOfIt_isFound() {
        dispatches.add(new Dispatch(
                "w1",
                ORDERS_0,
                1,
                0,
                6,
                10,
                true,
                List.of(new Dispatch.Part(11, 3, List.of(record(0), record(1)))),
                new Dispatch.End(15, false, List.of())));
        confirmed("w1", 1, 3, 10, 20);
        assertThat(violations())
                .containsExactly(
                        "w1 dispatched orders-0 [0, 6) under epoch 1 and confirmed it without offset 2",
                        "orders-0 lost 1 records, offsets 2 to 2");
    }

    @Test
    void whatAFailureLeaves_mayBeHandedOverInHalves_butNothingPassedOver() {
        failed("w1", 1, 0, 6, 10);
        confirmed("w1", 1, 0, 3, 20);
        confirmed("w1", 1, 3, 10, 30);
        assertThat(violations()).isEmpty();
        dispatches.clear();
        failed("w1", 1, 0, 6, 10);
        confirmed("w1", 1, 3, 10, 20);
        assertThat(violations())
                .contains(
                        "w1 dispatched orders-0 [3, 10) under epoch 1 after w1 dispatched orders-0 [0, 6) under epoch 1,"
                                + " failed with offset 0 next");
    }

    @Test
    void poisonWithADeadLetter_isLeftOut_andWithoutOneIsLost() {
        traits = new Traits(Set.of(Trait.POISONED));
        produced.add(ORDERS_0, 5, 500);
        failed("w1", 1, 0, 6, 10, records(0, 5));
        add("w1", 1, 0, 6, 20, true, true, records(0, 5));
        confirmed("w1", 1, 6, 10, 30);
        assertThat(violations()).contains("orders-0 lost 1 records, offsets 5 to 5");
        letters = new DeadLetterBook(List.of(DeadLetterBookTest.letter(ORDERS_0, 5)));
        assertThat(violations()).isEmpty();
    }

    @Test
    void stretchThatTheFilterTookOut_mayBePassedOver_butNotWritten() {
        traits = new Traits(Set.of(Trait.FILTERED));
        for (long offset = 10; offset < 490; offset++) {
            produced.add(ORDERS_0, offset, 100 + offset);
        }
        produced.extend(ORDERS_0, 490, 0);
        confirmed("w1", 1, 0, 360, 10);
        confirmed("w1", 1, 480, 490, 20);
        assertThat(violations()).isEmpty();
        dispatches.clear();
        confirmed("w1", 1, 0, 360, 10);
        confirmed("w1", 1, 360, 361, 20);
        confirmed("w1", 1, 480, 490, 30);
        assertThat(violations())
                .contains(
                        "w1 dispatched orders-0 [360, 361) under epoch 1 and offset 360, which was filtered out or put"
                                + " aside");
    }

    @Test
    void twoCallsAtOnce_areFound() {
        confirmed("w1", 1, 0, 3, 10);
        add("w1", 1, 3, 6, 20, true, 35);
        confirmed("w1", 1, 6, 10, 30);
        assertThat(violations()).anyMatch(violation -> violation.endsWith(" was not over"));
    }

    @Test
    void oneEpochInTwoProcesses_isFound() {
        confirmed("w1", 1, 0, 3, 10);
        confirmed("w2", 1, 3, 10, 20);
        assertThat(violations()).singleElement().asString().endsWith(", which is also the epoch of w1");
    }

    @Test
    void dispatchUnderAnOldEpoch_afterALaterOneBegan_isFound() {
        confirmed("w1", 1, 0, 3, 10);
        confirmed("w2", 2, 3, 10, 20);
        confirmed("w1", 1, 3, 6, 30);
        stops = Map.of("w1", List.of(15L));
        assertThat(violations())
                .containsExactly("w1 dispatched orders-0 [3, 6) under epoch 1 0 ms after w2 dispatched orders-0 [3, 10)"
                        + " under epoch 2, and held itself for the owner");
    }

    @Test
    void dispatchThatBeganBeforeTheLaterEpoch_andEndedAfterIt_isSound() {
        confirmed("w1", 1, 0, 3, 10);
        add("w1", 1, 3, 6, 20, true, 50);
        confirmed("w2", 2, 3, 10, 30);
        assertThat(violations()).isEmpty();
    }

    @Test
    void dispatchThatAStoppedProcessHadLetOut_isSoundOnce() {
        confirmed("w1", 1, 0, 3, 10);
        confirmed("w2", 2, 3, 10, 20);
        add("w1", 1, 3, 6, 30, true, false, records(3, 6));
        assertThat(violations()).as("w1 was never stopped").hasSize(1);
        stops = Map.of("w1", List.of(15L));
        assertThat(violations()).isEmpty();
        assertThat(lateInFlight).isEqualTo(1);
        add("w1", 1, 6, 10, 40, true, false, records(6, 10));
        assertThat(violations()).hasSize(1);
    }

    private List<String> violations() {
        DispatchCheck check = new DispatchCheck(new DueRecords(produced, traits, letters), stops);
        check.check(ORDERS_0, dispatches);
        lateInFlight = check.lateInFlight();
        return check.violations();
    }

    private void confirmed(String process, long epoch, long first, long next, long begun) {
        add(process, epoch, first, next, begun, true, true, records(first, next));
    }

    private void failed(String process, long epoch, long first, long next, long begun) {
        failed(process, epoch, first, next, begun, records(first, next));
    }

    private void failed(String process, long epoch, long first, long next, long begun, List<Dispatch.Written> records) {
        add(process, epoch, first, next, begun, false, true, records);
    }

    private void partly(String process, long epoch, long first, long next, long part, long begun) {
        dispatches.add(new Dispatch(
                process,
                ORDERS_0,
                epoch,
                first,
                next,
                begun,
                true,
                List.of(new Dispatch.Part(begun + 1, part, records(first, part))),
                new Dispatch.End(begun + 5, false, List.of())));
    }

    private void add(String process, long epoch, long first, long next, long begun, boolean hadLease, long ended) {
        Dispatch.End end = new Dispatch.End(ended, true, records(first, next));
        dispatches.add(new Dispatch(process, ORDERS_0, epoch, first, next, begun, hadLease, List.of(), end));
    }

    private void add(
            String process,
            long epoch,
            long first,
            long next,
            long begun,
            boolean isConfirmed,
            boolean hadLease,
            List<Dispatch.Written> records) {
        Dispatch.End end = new Dispatch.End(begun + 5, isConfirmed, records);
        dispatches.add(new Dispatch(process, ORDERS_0, epoch, first, next, begun, hadLease, List.of(), end));
    }

    private List<Dispatch.Written> records(long first, long next) {
        List<Dispatch.Written> records = new ArrayList<>();
        for (long offset = first; offset < next; offset++) {
            if (produced.hash(ORDERS_0, offset) != 0) {
                records.add(record(offset));
            }
        }
        return records;
    }

    private static Dispatch.Written record(long offset) {
        return new Dispatch.Written(offset, 100 + offset);
    }
}
