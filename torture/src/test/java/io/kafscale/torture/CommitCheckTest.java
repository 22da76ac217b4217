package io.kafscale.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.segment.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommitCheckTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);

    private final Map<TopicPartition, List<Dispatch>> dispatches =
            Map.of(ORDERS_0, List.of(confirmed(0, 5, 20), confirmed(5, 10, 40)));

    @Test
    void commitsThatFollowTheSinks_areSound() {
        assertThat(check(sight(0, 1, 10), sight(5, 1, 30), sight(10, 2, 50))).isEmpty();
    }

    @Test
    void offsetThatFell_isFound() {
        assertThat(check(sight(10, 1, 50), sight(5, 2, 60)))
                .containsExactly("the checkpoint of orders-0 fell from offset 10 of epoch 1 to 5 of epoch 2");
    }

    @Test
    void epochThatFell_isFound() {
        assertThat(check(sight(5, 2, 50), sight(10, 1, 60)))
                .containsExactly("the checkpoint of orders-0 fell from offset 5 of epoch 2 to 10 of epoch 1");
    }

    @Test
    void commitAheadOfTheSinks_isFound() {
        assertThat(check(sight(10, 1, 30)))
                .containsExactly("offset 10 of orders-0 was committed when sinks had confirmed 5");
    }

    @Test
    void commitOfAPartThatWasConfirmed_isSound_andBeyondItIsFound() {
        Dispatch cutShort = new Dispatch(
                "w1",
                ORDERS_0,
                1,
                0,
                10,
                10,
                true,
                List.of(new Dispatch.Part(20, 4, List.of())),
                new Dispatch.End(40, false, List.of()));
        DueRecords due = DueRecords.all(written());
        Map<TopicPartition, List<Dispatch>> partly = Map.of(ORDERS_0, List.of(cutShort));
        assertThat(CommitCheck.check(List.of(sight(4, 1, 30)), partly, due)).isEmpty();
        assertThat(CommitCheck.check(List.of(sight(4, 1, 15)), partly, due)).hasSize(1);
        assertThat(CommitCheck.check(List.of(sight(5, 1, 50)), partly, due)).hasSize(1);
    }

    @Test
    void commitAheadOfTheSinks_overWhatTheFilterTakesOut_isSound() {
        ProducedLog produced = new ProducedLog();
        for (long offset = 0; offset < 481; offset++) {
            produced.add(ORDERS_0, offset, 1 + offset);
        }
        produced.extend(ORDERS_0, 481, 0);
        DueRecords due = new DueRecords(produced, new Traits(Set.of(Trait.FILTERED)), DeadLetterBook.EMPTY);
        Map<TopicPartition, List<Dispatch>> toTheGap = Map.of(ORDERS_0, List.of(confirmed(0, 360, 20)));
        assertThat(CommitCheck.check(List.of(sight(480, 1, 30)), toTheGap, due)).isEmpty();
        assertThat(CommitCheck.check(List.of(sight(481, 1, 30)), toTheGap, due)).hasSize(1);
    }

    @Test
    void endThatIsNotTheLogsEnd_isFound() {
        assertThat(checkEnd(Checkpoint.at(10), Map.of())).isEmpty();
        assertThat(checkEnd(Checkpoint.at(9), Map.of()))
                .containsExactly("orders-0 ends at offset 10, but 9 is committed");
        assertThat(CommitCheck.checkEnd(
                        new GroupState(new GroupView(Map.of(), Map.of()), Map.of()), produced(), DeadLetterBook.EMPTY))
                .containsExactly("orders-0 ends at offset 10, but nothing is committed");
    }

    @Test
    void lossesThatWereNone_andLeasesThatRemain_areFound() {
        Checkpoint withGap = new Checkpoint(10, 0, 1, 0, new LossLedger(1, 3, 0, 0));
        assertThat(checkEnd(withGap, Map.of()))
                .singleElement()
                .asString()
                .startsWith("orders-0 counts losses where there were none");
        assertThat(checkEnd(Checkpoint.at(10), Map.of(ORDERS_0, new Lease(ORDERS_0, "w1", 7))))
                .containsExactly("orders-0 was not given back by w1");
    }

    private List<String> check(CommitWatch.Sight... seen) {
        return CommitCheck.check(List.of(seen), dispatches, DueRecords.all(written()));
    }

    private static List<String> checkEnd(Checkpoint checkpoint, Map<TopicPartition, Lease> owners) {
        return CommitCheck.checkEnd(
                new GroupState(new GroupView(Map.of(), owners), Map.of(ORDERS_0, checkpoint)),
                produced(),
                DeadLetterBook.EMPTY);
    }

    private static ProducedLog written() {
        ProducedLog written = new ProducedLog();
        for (long offset = 0; offset < 10; offset++) {
            written.add(ORDERS_0, offset, 100 + offset);
        }
        written.extend(ORDERS_0, 10, 0);
        return written;
    }

    private static ProducedLog produced() {
        ProducedLog produced = new ProducedLog();
        produced.extend(ORDERS_0, 10, 0);
        return produced;
    }

    private static CommitWatch.Sight sight(long offset, long epoch, long nanos) {
        return new CommitWatch.Sight(ORDERS_0, Checkpoint.at(offset).withEpoch(epoch), nanos);
    }

    private static Dispatch confirmed(long first, long next, long ended) {
        Dispatch.End end = new Dispatch.End(ended, true, List.of());
        return new Dispatch("w1", ORDERS_0, 1, first, next, ended - 10, true, List.of(), end);
    }
}
