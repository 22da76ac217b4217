package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.linearizability.ConcurrentWorkload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link io.kafscale.checkpoint.CheckpointStore} keeps to. Extend it, say how to get at a store, and all of it is
 * tested: each call alone; stale owners; lost answers and late requests; wrong clocks; and many members at once, of which the
 * recorded history must be linearizable.
 *
 * <p>Every test uses a group of its own, so that one server can serve them all, and tests may run at the same time.
 */
@Timeout(60)
public abstract class CheckpointStoreContract extends FaultsContract {

    @Test
    void acquire_freshPartition_hasNoCheckpoint() throws Exception {
        Acquisition acquisition = join().acquire(ORDERS_0);

        assertThat(acquisition).isInstanceOfSatisfying(Acquisition.Acquired.class, acquired -> {
            assertThat(acquired.checkpoint()).isNull();
            assertThat(acquired.lease().partition()).isEqualTo(ORDERS_0);
        });
    }

    @Test
    void acquire_anothersPartition_namesItsOwner() throws Exception {
        GroupSession owner = join();
        lease(owner, ORDERS_0);

        assertThat(join().acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(owner.memberId()));
    }

    @Test
    void acquire_ownPartition_isAdoptedUnderTheSameToken() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        commit(session, lease, at(7));

        assertThat(session.acquire(ORDERS_0)).isEqualTo(new Acquisition.Acquired(lease, at(7)));
        assertThat(commit(session, lease, at(8))).isEqualTo(new Outcome.Applied());
    }

    @Test
    void acquire_by16Threads_hasOneWinner() throws Exception {
        List<GroupSession> sessions = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            sessions.add(join());
        }
        for (int round = 0; round < 5; round++) {
            TopicPartition partition = new TopicPartition("orders", round);
            List<Acquisition> acquisitions = together(sessions.stream()
                    .map(session -> (Callable<Acquisition>) () -> session.acquire(partition))
                    .toList());

            List<Lease> winners = acquisitions.stream()
                    .filter(Acquisition.Acquired.class::isInstance)
                    .map(acquired -> ((Acquisition.Acquired) acquired).lease())
                    .toList();
            assertThat(winners).hasSize(1);
            assertThat(acquisitions)
                    .filteredOn(Acquisition.Held.class::isInstance)
                    .hasSize(15)
                    .containsOnly(new Acquisition.Held(winners.get(0).memberId()));
        }
    }

    @Test
    void commit_underLease_isWhatTheNextOwnerFinds() throws Exception {
        Checkpoint checkpoint = new Checkpoint(1_000, 990, 12, 1_767_225_600_000L, new LossLedger(1, 2, 3, 4));
        GroupSession first = join();
        Lease lease = lease(first, ORDERS_0);

        assertThat(commit(first, lease, checkpoint)).isEqualTo(new Outcome.Applied());
        assertThat(first.release(lease)).isEqualTo(new Outcome.Applied());

        Acquisition.Acquired next = acquired(join(), ORDERS_0);
        assertThat(next.checkpoint()).isEqualTo(checkpoint);
        assertThat(next.lease().token()).isGreaterThan(lease.token());
    }

    @Test
    void commit_atOffset0_isStored() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);

        commit(session, lease, at(0));

        assertThat(acquired(session, ORDERS_0).checkpoint()).isEqualTo(at(0));
    }

    @Test
    void commit_repeated_isAppliedAgain() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);

        assertThat(commit(session, lease, at(5))).isEqualTo(new Outcome.Applied());
        assertThat(commit(session, lease, at(5))).isEqualTo(new Outcome.Applied());
        assertThat(acquired(session, ORDERS_0).checkpoint()).isEqualTo(at(5));
    }

    @Test
    void commit_goingBackWithinAnEpoch_changesNothing() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        commit(session, lease, checkpoint(10, 3));

        assertThat(commit(session, lease, checkpoint(9, 3))).isEqualTo(new Outcome.Applied());
        assertThat(commit(session, lease, checkpoint(99, 2))).isEqualTo(new Outcome.Applied());
        assertThat(acquired(session, ORDERS_0).checkpoint()).isEqualTo(checkpoint(10, 3));
    }

    @Test
    void commit_goingBackInANewEpoch_isStored() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        commit(session, lease, checkpoint(10, 3));

        assertThat(commit(session, lease, checkpoint(2, 4))).isEqualTo(new Outcome.Applied());
        assertThat(acquired(session, ORDERS_0).checkpoint()).isEqualTo(checkpoint(2, 4));
    }

    @Test
    void commit_by8ThreadsOfOneMember_keepsTheFurthest() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        List<Callable<List<Outcome>>> threads = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            int first = thread;
            threads.add(() -> IntStream.range(0, 10)
                    .mapToObj(i -> commit(session, lease, at(first + 8L * i)))
                    .toList());
        }

        List<List<Outcome>> outcomes = together(threads);

        assertThat(outcomes).allSatisfy(each -> assertThat(each).containsOnly(new Outcome.Applied()));
        assertThat(acquired(session, ORDERS_0).checkpoint()).isEqualTo(at(79));
    }

    @Test
    void commit_twiceForOnePartitionInOneCall_keepsTheFurthest() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);

        List<Outcome> outcomes = session.commit(List.of(new Commit(lease, at(9)), new Commit(lease, at(8))));

        assertThat(outcomes).containsExactly(new Outcome.Applied(), new Outcome.Applied());
        assertThat(acquired(session, ORDERS_0).checkpoint()).isEqualTo(at(9));
    }

    @Test
    void commit_ofNothing_hasNoOutcomes() throws Exception {
        assertThat(join().commit(List.of())).isEmpty();
    }

    @Test
    void commit_withOneFencedAmongMany_appliesTheOthers() throws Exception {
        GroupSession session = join();
        List<Lease> leases = new ArrayList<>();
        for (TopicPartition partition : partitions(100)) {
            leases.add(lease(session, partition));
        }
        Lease lost = leases.get(41);
        session.release(lost);
        lease(join(), lost.partition());

        List<Outcome> outcomes = session.commit(
                leases.stream().map(lease -> new Commit(lease, at(3))).toList());

        assertThat(outcomes).hasSize(100);
        assertThat(outcomes.get(41)).isInstanceOf(Outcome.Fenced.class);
        assertThat(outcomes).filteredOn(new Outcome.Applied()::equals).hasSize(99);
    }

    @Test
    void commit_afterTakeover_isFenced() throws Exception {
        GroupSession stale = joinBriefly();
        Lease lost = lease(stale, ORDERS_0);
        commit(stale, lost, at(5));

        GroupSession next = join();
        Acquisition.Acquired taken = takeOver(next, ORDERS_0);
        assertThat(taken.checkpoint()).isEqualTo(at(5));

        // Before the new owner has written anything, too: nothing but the lease tells the two apart then.
        assertThat(commit(stale, lost, at(50))).isInstanceOf(Outcome.Fenced.class);
        assertThat(commit(next, taken.lease(), at(6))).isEqualTo(new Outcome.Applied());
        assertThat(commit(stale, lost, at(50))).isInstanceOf(Outcome.Fenced.class);
        assertThat(commit(stale, lost, at(4))).isInstanceOf(Outcome.Fenced.class);
        assertThat(acquired(next, ORDERS_0).checkpoint()).isEqualTo(at(6));
    }

    @Test
    void release_afterTakeover_leavesTheOthersLease() throws Exception {
        GroupSession stale = joinBriefly();
        Lease lost = lease(stale, ORDERS_0);
        GroupSession next = join();
        Lease taken = takeOver(next, ORDERS_0).lease();

        assertThat(stale.release(lost)).isInstanceOf(Outcome.Fenced.class);
        assertThat(next.heartbeat().owner(ORDERS_0)).isEqualTo(taken);
        assertThat(commit(next, taken, at(1))).isEqualTo(new Outcome.Applied());
    }

    @Test
    void release_byTheWrongMember_leavesTheLease() throws Exception {
        GroupSession owner = join();
        Lease lease = lease(owner, ORDERS_0);
        GroupSession other = join();

        assertThat(other.release(lease)).isInstanceOf(Outcome.Fenced.class);
        assertThat(commit(other, lease, at(9))).isInstanceOf(Outcome.Fenced.class);
        assertThat(owner.heartbeat().owner(ORDERS_0)).isEqualTo(lease);
        assertThat(acquired(owner, ORDERS_0).checkpoint()).isNull();
    }

    @Test
    void release_repeated_isAppliedAgainAndLeavesTheNextLease() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        GroupSession next = join();

        assertThat(session.release(lease)).isEqualTo(new Outcome.Applied());
        assertThat(session.release(lease)).isEqualTo(new Outcome.Applied());
        Lease taken = lease(next, ORDERS_0);
        assertThat(session.release(lease)).isEqualTo(new Outcome.Applied());
        assertThat(next.heartbeat().owner(ORDERS_0)).isEqualTo(taken);
    }

    @Test
    void acquire_afterOwnRelease_fencesTheLeaseBefore() throws Exception {
        GroupSession session = join();
        Lease before = lease(session, ORDERS_0);
        session.release(before);
        Lease now = lease(session, ORDERS_0);

        assertThat(now.token()).isGreaterThan(before.token());
        assertThat(commit(session, before, at(9))).isInstanceOf(Outcome.Fenced.class);
        assertThat(session.release(before)).isNotInstanceOf(Outcome.Unknown.class);
        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(now);
    }

    @Test
    void heartbeat_withinTtl_keepsLeases() throws Exception {
        GroupSession session = joinBriefly();
        Lease lease = lease(session, ORDERS_0);
        Lease lapsing = lease(joinBriefly(), new TopicPartition("orders", 1));

        assertThat(session.heartbeat().owners().values()).containsExactlyInAnyOrder(lease, lapsing);
        waitUntil("the lease of the other ended", () -> session.heartbeat().owner(lapsing.partition()) == null);

        assertThat(session.heartbeat().owners().values()).containsExactly(lease);
        assertThat(commit(session, lease, at(1))).isEqualTo(new Outcome.Applied());
    }

    @Test
    void heartbeat_pastTtl_saysToJoinAgain() throws Exception {
        GroupSession stale = joinBriefly();
        lease(stale, ORDERS_0);
        takeOver(join(), ORDERS_0);

        assertThatThrownBy(stale::heartbeat)
                .isInstanceOf(SessionExpiredException.class)
                .hasMessageContaining(stale.memberId())
                .hasMessageContaining("join again");
        assertThat(stale.acquire(new TopicPartition("orders", 1)))
                .isInstanceOfSatisfying(
                        Acquisition.Unknown.class,
                        unknown -> assertThat(unknown.cause()).isInstanceOf(SessionExpiredException.class));
    }

    @Test
    void heartbeat_holdingManyPartitions_renewsThemAll() throws Exception {
        Duration ttl = ttl().multipliedBy(3); // acquiring so many takes a while
        GroupSession session = store().join(group, ttl);
        Set<Lease> leases = new HashSet<>();
        for (TopicPartition partition : partitions(manyPartitions())) {
            leases.add(lease(session, partition));
            if (leases.size() % 20 == 0) {
                session.heartbeat();
            }
        }
        Lease lapsing = lease(store().join(group, ttl), ORDERS_0);

        waitUntil("the lease of the other ended", () -> session.heartbeat().owner(lapsing.partition()) == null);

        assertThat(session.heartbeat().owners().values()).containsExactlyInAnyOrderElementsOf(leases);
    }

    @Test
    void heartbeat_withOtherMembers_showsWhatTheySubscribedTo() throws Exception {
        Subscription orders = Subscription.of(List.of("orders", "orders.v2"), 7);
        GroupSession one = store().join(group, orders, ttl().multipliedBy(50));
        GroupSession other = join();
        GroupSession leaving = join();
        leaving.leave();

        Map<String, Subscription> members = other.heartbeat().members();

        assertThat(members).isEqualTo(Map.of(one.memberId(), orders, other.memberId(), Subscription.ALL));
        assertThat("orders.v2").matches(orders.topics());
        assertThat("ordersxv2").doesNotMatch(orders.topics());
    }

    @Test
    void heartbeat_afterAnotherMemberDied_showsItNoMore() throws Exception {
        GroupSession dying = joinBriefly();
        GroupSession living = join();
        assertThat(living.heartbeat().members()).containsKey(dying.memberId());

        waitUntil(
                "the dead member is shown no more",
                () -> !living.heartbeat().members().containsKey(dying.memberId()));

        assertThatThrownBy(dying::heartbeat).isInstanceOf(SessionExpiredException.class);
    }

    @Test
    void inspect_runningGroup_showsMembersOwnersAndCheckpoints() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        commit(session, lease, at(5));
        TopicPartition orders1 = new TopicPartition("orders", 1);
        Lease given = lease(session, orders1);
        commit(session, given, at(9));
        session.release(given);

        GroupState state = store().inspect(group);

        assertThat(store().groups()).contains(group);
        assertThat(state.view().members()).containsOnlyKeys(session.memberId());
        assertThat(state.view().owners()).isEqualTo(Map.of(ORDERS_0, lease));
        assertThat(state.checkpoints()).isEqualTo(Map.of(ORDERS_0, at(5), orders1, at(9)));
    }

    @Test
    void inspect_unknownGroup_isEmptyAndCreatesNothing() throws Exception {
        GroupState state = store().inspect(group);

        assertThat(state.view().members()).isEmpty();
        assertThat(state.view().owners()).isEmpty();
        assertThat(state.checkpoints()).isEmpty();
        assertThat(store().groups()).doesNotContain(group);
    }

    @Test
    void delete_groupInUse_changesNothing() throws Exception {
        GroupSession session = join();
        commit(session, lease(session, ORDERS_0), at(5));

        assertThatThrownBy(() -> store().delete(group))
                .isInstanceOf(GroupInUseException.class)
                .hasMessageContaining(group);
        assertThat(store().inspect(group).checkpoints()).isEqualTo(Map.of(ORDERS_0, at(5)));
    }

    @Test
    void delete_groupAtRest_isForgottenAndOthersAreNot() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        commit(session, lease, at(5));
        session.release(lease);
        session.leave();
        GroupSession neighbour = store().join(group + "-2", ttl().multipliedBy(50));
        commit(neighbour, lease(neighbour, ORDERS_0), at(6));

        store().delete(group);
        store().delete(group);

        assertThat(store().groups()).contains(group + "-2").doesNotContain(group);
        assertThat(store().inspect(group + "-2").checkpoints()).isEqualTo(Map.of(ORDERS_0, at(6)));
        Acquisition.Acquired anew = acquired(join(), ORDERS_0);
        assertThat(anew.checkpoint()).isNull();
        assertThat(anew.lease().token()).isGreaterThan(lease.token());
    }

    @Test
    void groups_withTheSamePartition_areSeparate() throws Exception {
        GroupSession session = join();
        commit(session, lease(session, ORDERS_0), at(5));

        GroupSession other = store().join(group + "-other", ttl().multipliedBy(50));

        Acquisition.Acquired acquired = acquired(other, ORDERS_0);
        assertThat(acquired.checkpoint()).isNull();
        assertThat(commit(other, acquired.lease(), at(1))).isEqualTo(new Outcome.Applied());
        assertThat(acquired(session, ORDERS_0).checkpoint()).isEqualTo(at(5));
    }

    @Test
    void join_repeatedly_givesEveryMemberItsOwnId() throws Exception {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            ids.add(join().memberId());
        }
        assertThat(ids).hasSize(20);
    }

    @Test
    void leave_withNothingHeld_endsTheSession() throws Exception {
        GroupSession session = join();
        session.release(lease(session, ORDERS_0));

        session.leave();
        session.leave();

        assertThatThrownBy(session::heartbeat).isInstanceOf(SessionExpiredException.class);
        assertThat(session.acquire(ORDERS_0)).isInstanceOf(Acquisition.Unknown.class);
        acquired(join(), ORDERS_0);
    }

    @Test
    void leave_withALeaseHeld_keepsItUntilTheTtl() throws Exception {
        GroupSession session = joinBriefly();
        Lease lease = lease(session, ORDERS_0);
        session.leave();

        GroupSession next = join();
        assertThat(next.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(session.memberId()));
        assertThat(commit(session, lease, at(3))).isEqualTo(new Outcome.Applied());
        assertThat(takeOver(next, ORDERS_0).checkpoint()).isEqualTo(at(3));
    }

    @TestFactory
    Stream<DynamicTest> onChange_ofAStoreThatGivesHints() {
        return givesHints()
                ? Stream.of(DynamicTest.dynamicTest("tells when another member acquires or releases", this::isTold))
                : Stream.empty();
    }

    private void isTold() throws Exception {
        GroupSession watching = join();
        AtomicInteger hints = new AtomicInteger();
        watching.onChange(hints::incrementAndGet);
        GroupSession other = join();

        // A watch may take a moment to begin, so the other one goes on until it is noticed.
        waitUntil("the watching member was told twice", () -> {
            other.release(lease(other, ORDERS_0));
            return hints.get() >= 2;
        });
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void concurrentMembers_seeALinearizableHistory(long seed) throws Exception {
        new ConcurrentWorkload(store(), group, ttl(), this::letTimePass).run(seed);
    }

    private static List<TopicPartition> partitions(int count) {
        return IntStream.range(1, count + 1)
                .mapToObj(partition -> new TopicPartition("many", partition))
                .toList();
    }

    private static <T> List<T> together(List<Callable<T>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
