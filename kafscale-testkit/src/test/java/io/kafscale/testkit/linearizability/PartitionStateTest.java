package io.kafscale.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Histories of one partition, one call after the other unless said otherwise. */
class PartitionStateTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final Outcome APPLIED = new Outcome.Applied();
    private static final Outcome FENCED = new Outcome.Fenced("another");

    private final List<Operation<PartitionCall>> history = new ArrayList<>();
    private final Set<Lease> released = new HashSet<>();
    private long now;

    @Test
    void handOver_withWhatWasCommitted_isExplained() {
        acquired("a", 1, null);
        commits("a", 1, 5, APPLIED);
        commits("a", 1, 3, APPLIED);
        releases("a", 1, APPLIED);
        acquired("b", 2, at(5, 1));
        releases("a", 1, APPLIED);
        commits("a", 1, 9, FENCED);
        held("a", "b");
        assertExplained();
    }

    @Test
    void twoOwners_areNot() {
        acquired("a", 1, null);
        acquired("b", 2, null);
        assertUnexplained();
    }

    @Test
    void partitionOfALivingMember_isNotTaken_thatOfASilentOneIs() {
        acquired("a", 1, null);
        silent("a");
        commits("a", 1, 5, APPLIED);
        acquired("b", 2, at(5, 1));
        commits("a", 1, 6, FENCED);
        assertExplained();
        commits("a", 1, 7, APPLIED);
        assertUnexplained();
    }

    @Test
    void silentMember_onceFenced_staysFenced_thoughOthersMayStillSeeIt() {
        acquired("a", 1, null);
        silent("a");
        commits("a", 1, 5, FENCED);
        held("b", "a");
        assertExplained();
        commits("a", 1, 6, APPLIED);
        assertUnexplained();
    }

    @Test
    void livingMember_isNotFencedNorDeclaredDead() {
        acquired("a", 1, null);
        add(new PartitionCall.DeclaredDead("b"));
        assertExplained();
        add(new PartitionCall.DeclaredDead("a"));
        assertUnexplained();
        history.remove(history.size() - 1);
        commits("a", 1, 5, FENCED);
        assertUnexplained();
    }

    @Test
    void lostUpdate_isNotExplained() {
        acquired("a", 1, null);
        commits("a", 1, 5, APPLIED);
        releases("a", 1, APPLIED);
        acquired("b", 2, null);
        assertUnexplained();
    }

    @Test
    void tokenThatDoesNotGrow_isNotExplained() {
        acquired("a", 3, null);
        releases("a", 3, APPLIED);
        acquired("b", 3, null);
        assertUnexplained();
    }

    @Test
    void releaseOfALeaseThatIsAnothers_isFenced() {
        acquired("a", 1, null);
        add(new PartitionCall.Release("b", new Lease(ORDERS_0, "a", 1), false, FENCED));
        assertExplained();
        add(new PartitionCall.Release("b", new Lease(ORDERS_0, "a", 1), false, APPLIED));
        assertUnexplained();
    }

    @Test
    void releaseThatTookEffectTwice_isNotExplained() {
        acquired("a", 1, null);
        releases("a", 1, APPLIED);
        acquired("b", 2, null);
        releases("a", 1, APPLIED);
        assertExplained();
        acquired("c", 3, null);
        assertUnexplained();
    }

    @Test
    void lostCommit_mayLandLaterButOnlyUnderItsLease() {
        acquired("a", 1, null);
        lostCommit("a", 1, 5);
        commits("a", 1, 4, APPLIED);
        releases("a", 1, APPLIED);
        acquired("b", 2, at(5, 1));
        assertExplained();
        history.remove(history.size() - 1);
        acquired("b", 2, at(4, 1));
        assertExplained();
        releases("b", 2, APPLIED);
        acquired("c", 3, at(5, 1));
        assertUnexplained();
    }

    @Test
    void lostAcquisition_isAdoptedUnderATokenThatIsTheGreatest() {
        acquired("a", 5, null);
        releases("a", 5, APPLIED);
        unanswered(new PartitionCall.Acquire("b", null));
        held("a", "b");
        acquired("b", 6, null);
        assertExplained();
        history.remove(history.size() - 1);
        acquired("b", 5, null);
        assertUnexplained();
    }

    @Test
    void lostRelease_isAppliedWhenRepeated_thoughTheLeaseIsAnothers() {
        acquired("a", 1, null);
        released.add(new Lease(ORDERS_0, "a", 1));
        unanswered(new PartitionCall.Release("a", new Lease(ORDERS_0, "a", 1), false, null));
        acquired("b", 2, null);
        releases("a", 1, APPLIED);
        assertExplained();
    }

    @Test
    void contradiction_isReadable() {
        acquired("a", 1, null);
        commits("a", 1, 5, APPLIED);
        silent("a");
        acquired("b", 2, at(5, 1));
        commits("a", 1, 6, APPLIED);
        assertThat(LinearizabilityCheck.find(PartitionState.MODEL, history))
                .map(Contradiction::describe)
                .hasValue("""
                        3 calls have an explanation. At first:
                            owned by b under token 2, offset 5 of epoch 1
                        Then, in any order in which they overlap:
                          >      9.000 to     10.000 ms  main  a commits offset 6 of epoch 1 under token 1: applied
                        No order explains the answer of the call marked by '>'.
                        """);
    }

    private void acquired(String member, long token, @Nullable Checkpoint checkpoint) {
        add(new PartitionCall.Acquire(
                member, new Acquisition.Acquired(new Lease(ORDERS_0, member, token), checkpoint)));
    }

    private void held(String member, String owner) {
        add(new PartitionCall.Acquire(member, new Acquisition.Held(owner)));
    }

    private void commits(String member, long token, long nextOffset, Outcome outcome) {
        add(new PartitionCall.Commit(member, new Lease(ORDERS_0, member, token), at(nextOffset, token), outcome));
    }

    private void lostCommit(String member, long token, long nextOffset) {
        unanswered(new PartitionCall.Commit(member, new Lease(ORDERS_0, member, token), at(nextOffset, token), null));
    }

    private void releases(String member, long token, Outcome outcome) {
        Lease lease = new Lease(ORDERS_0, member, token);
        add(new PartitionCall.Release(member, lease, !released.add(lease), outcome));
    }

    private void silent(String member) {
        unanswered(new PartitionCall.Silence(member));
    }

    private void add(PartitionCall call) {
        now += 2_000_000;
        history.add(new Operation<>(history.size(), "main", call, now - 1_000_000, now));
    }

    private void unanswered(PartitionCall call) {
        now += 2_000_000;
        history.add(new Operation<>(history.size(), "main", call, now - 1_000_000, Operation.NEVER));
    }

    private static Checkpoint at(long nextOffset, long epoch) {
        return new Checkpoint(nextOffset, nextOffset, epoch, Checkpoint.UNKNOWN, LossLedger.NONE);
    }

    private void assertExplained() {
        assertThat(LinearizabilityCheck.find(PartitionState.MODEL, history)).isEmpty();
    }

    private void assertUnexplained() {
        assertThat(LinearizabilityCheck.find(PartitionState.MODEL, history))
                .hasValueSatisfying(
                        found -> assertThat(found.unexplained()).isEqualTo(history.get(history.size() - 1)));
    }
}
