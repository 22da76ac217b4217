package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The part of the {@link CheckpointStoreContract} in which answers are lost, requests late, clocks wrong and others write. */
abstract class FaultsContract extends ContractFixture {

    @Test
    void join_whoseAnswerWasLost_canBeRepeated() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            network.store().join(group, ttl().multipliedBy(50));
            network.loseAnswers();
            assertThatThrownBy(() -> network.store().join(group, ttl())).isInstanceOf(IOException.class);
            network.heal();

            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            assertThat(session.heartbeat().members()).containsKey(session.memberId());
        }
    }

    @Test
    void heartbeat_whoseAnswerWasLost_endsNothing() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            Lease lease = lease(session, ORDERS_0);
            network.loseAnswers();
            assertThatThrownBy(session::heartbeat)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SessionExpiredException.class);
            network.heal();

            assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(lease);
        }
    }

    @Test
    void acquire_whoseAnswerWasLost_isAdopted() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            network.loseAnswers();
            assertThat(session.acquire(ORDERS_0)).isInstanceOf(Acquisition.Unknown.class);
            network.heal();

            assertThat(join().acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(session.memberId()));
            Lease lease = lease(session, ORDERS_0);
            assertThat(commit(session, lease, at(1))).isEqualTo(new Outcome.Applied());
        }
    }

    @Test
    void commit_whoseAnswerWasLost_isThereAndCanBeRepeated() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            Lease lease = lease(session, ORDERS_0);
            network.loseAnswers();
            assertThat(commit(session, lease, at(5))).isInstanceOf(Outcome.Unknown.class);
            network.heal();

            assertThat(position(ORDERS_0)).isEqualTo(at(5));
            assertThat(commit(session, lease, at(5))).isEqualTo(new Outcome.Applied());
            assertThat(position(ORDERS_0)).isEqualTo(at(5));
        }
    }

    @Test
    void commit_afterOneWhoseAnswerWasLost_isApplied() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            Lease lease = lease(session, ORDERS_0);
            commit(session, lease, at(4));
            network.loseAnswers();
            assertThat(commit(session, lease, at(5))).isInstanceOf(Outcome.Unknown.class);
            network.heal();

            assertThat(commit(session, lease, at(6))).isEqualTo(new Outcome.Applied());
            assertThat(position(ORDERS_0)).isEqualTo(at(6));
        }
    }

    @Test
    void release_whoseAnswerWasLost_isAppliedAndLeavesTheNextLease() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            Lease lease = lease(session, ORDERS_0);
            network.loseAnswers();
            assertThat(session.release(lease)).isInstanceOf(Outcome.Unknown.class);
            network.heal();
            GroupSession next = join();
            Lease taken = lease(next, ORDERS_0);

            assertThat(session.release(lease)).isEqualTo(new Outcome.Applied());
            assertThat(next.heartbeat().owner(ORDERS_0)).isEqualTo(taken);
        }
    }

    @Test
    void leave_whoseAnswerWasLost_hasEndedTheSession() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            network.loseAnswers();
            assertThatThrownBy(session::leave).isInstanceOf(IOException.class);
            network.heal();

            session.leave();
            assertThatThrownBy(session::heartbeat).isInstanceOf(SessionExpiredException.class);
        }
    }

    @Test
    void lateCommit_landingAfterANewerOne_changesNothing() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            Lease lease = lease(session, ORDERS_0);
            commit(session, lease, at(4));
            giveUpOn(network, session, lease, at(5));
            assertThat(commit(session, lease, at(6))).isEqualTo(new Outcome.Applied());

            network.deliverKept();

            assertThat(position(ORDERS_0)).isEqualTo(at(6));
            assertThat(commit(session, lease, at(7))).isEqualTo(new Outcome.Applied());
            assertThat(position(ORDERS_0)).isEqualTo(at(7));
        }
    }

    @Test
    void lateCommits_landingBeforeANewerOne_areReplaced() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            Lease lease = lease(session, ORDERS_0);
            giveUpOn(network, session, lease, at(5));
            network.deliverKept();
            assertThat(position(ORDERS_0)).isEqualTo(at(5));
            giveUpOn(network, session, lease, at(6));
            network.deliverKept();

            assertThat(commit(session, lease, at(7))).isEqualTo(new Outcome.Applied());
            assertThat(position(ORDERS_0)).isEqualTo(at(7));
        }
    }

    @Test
    void lateCommit_landingUnderTheNextLease_changesNothing() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            Lease lease = lease(session, ORDERS_0);
            commit(session, lease, at(4));
            giveUpOn(network, session, lease, at(5));
            assertThat(session.release(lease)).isEqualTo(new Outcome.Applied());
            Lease next = lease(session, ORDERS_0);

            network.deliverKept();

            assertThat(position(ORDERS_0)).isEqualTo(at(4));
            assertThat(commit(session, next, at(5))).isEqualTo(new Outcome.Applied());
        }
    }

    @Test
    void lateCommit_landingUnderAnothersLease_changesNothing() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            Lease lease = lease(session, ORDERS_0);
            commit(session, lease, at(4));
            giveUpOn(network, session, lease, at(50));
            session.release(lease);
            GroupSession next = join();
            Lease taken = lease(next, ORDERS_0);

            network.deliverKept();

            assertThat(position(ORDERS_0)).isEqualTo(at(4));
            assertThat(commit(next, taken, at(5))).isEqualTo(new Outcome.Applied());
        }
    }

    @Test
    void lateRelease_landingUnderTheNextLease_leavesIt() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            Lease lease = lease(session, ORDERS_0);
            network.keepRequests();
            assertThat(session.release(lease)).isInstanceOf(Outcome.Unknown.class);
            network.heal();
            assertThat(session.release(lease)).isEqualTo(new Outcome.Applied());
            Lease next = lease(session, ORDERS_0);

            network.deliverKept();

            assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(next);
            assertThat(commit(session, next, at(1))).isEqualTo(new Outcome.Applied());
        }
    }

    @Test
    void lateAcquisition_isSeenAsOursAndAdopted() throws Exception {
        try (UnreliableCheckpointStore network = unreliableStore()) {
            GroupSession session = network.store().join(group, ttl().multipliedBy(50));
            network.keepRequests();
            assertThat(session.acquire(ORDERS_0)).isInstanceOf(Acquisition.Unknown.class);
            network.heal();
            network.deliverKept();

            Lease late = Objects.requireNonNull(session.heartbeat().owner(ORDERS_0));

            assertThat(late.memberId()).isEqualTo(session.memberId());
            assertThat(session.acquire(ORDERS_0)).isEqualTo(new Acquisition.Acquired(late, null));
            assertThat(commit(session, late, at(1))).isEqualTo(new Outcome.Applied());
        }
    }

    @Test
    void wallClock_jumpingAhead_endsNoLease() throws Exception {
        GroupSession owner = join();
        Lease lease = lease(owner, ORDERS_0);
        GroupSession other = join();
        Duration jump = ttl().multipliedBy(10_000);

        moveWallClock(jump);
        try {
            assertThat(other.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(owner.memberId()));
            assertThat(owner.heartbeat().owner(ORDERS_0)).isEqualTo(lease);
            assertThat(commit(owner, lease, at(1))).isEqualTo(new Outcome.Applied());
        } finally {
            moveWallClock(jump.negated());
        }
    }

    @Test
    void wallClock_jumpingBack_keepsNoDeadMembersLease() throws Exception {
        GroupSession stale = joinBriefly();
        Lease lost = lease(stale, ORDERS_0);
        GroupSession next = join();
        Duration jump = ttl().multipliedBy(10_000);

        moveWallClock(jump.negated());
        try {
            Lease taken = takeOver(next, ORDERS_0).lease();
            assertThat(commit(stale, lost, at(9))).isInstanceOf(Outcome.Fenced.class);
            assertThat(commit(next, taken, at(1))).isEqualTo(new Outcome.Applied());
        } finally {
            moveWallClock(jump);
        }
    }

    @TestFactory
    Stream<DynamicTest> commit_afterAForeignWrite() {
        return foreignWriter().stream()
                .flatMap(writer -> Stream.of(4L, 5L, 6L, 900L)
                        .map(offset -> DynamicTest.dynamicTest(
                                "of " + offset + ", is a conflict once and then replaces it",
                                () -> conflictsOnce(writer, new TopicPartition("orders", offset.intValue()), offset))));
    }

    private void conflictsOnce(ForeignWriter writer, TopicPartition partition, long foreignOffset) throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, partition);
        commit(session, lease, at(5));

        writer.write(group, partition, foreignOffset);

        assertThat(commit(session, lease, at(6)))
                .isInstanceOfSatisfying(
                        Outcome.Conflict.class,
                        conflict -> assertThat(conflict.found()).isEqualTo(Checkpoint.at(foreignOffset)));
        assertThat(commit(session, lease, at(6))).isEqualTo(new Outcome.Applied());
        assertThat(acquired(session, partition).checkpoint()).isEqualTo(at(6));
    }

    @TestFactory
    Stream<DynamicTest> commit_afterAForeignDeletion() {
        return foreignWriter().stream()
                .flatMap(writer -> Stream.of(
                        DynamicTest.dynamicTest(
                                "of the checkpoint, is a conflict once and then replaces it",
                                () -> replacesDeletedCheckpoint(writer)),
                        DynamicTest.dynamicTest("of the lease, is fenced", () -> isFencedWithoutLease(writer))));
    }

    private void replacesDeletedCheckpoint(ForeignWriter writer) throws Exception {
        TopicPartition partition = new TopicPartition("deleted", 0);
        GroupSession session = join();
        Lease lease = lease(session, partition);
        commit(session, lease, at(5));

        writer.deleteCheckpoint(group, partition);

        Outcome outcome = commit(session, lease, at(6));
        if (outcome instanceof Outcome.Fenced) { // the lease was deleted with it
            lease = lease(session, partition);
        } else {
            assertThat(outcome).isEqualTo(new Outcome.Conflict(null));
        }
        assertThat(commit(session, lease, at(6))).isEqualTo(new Outcome.Applied());
        assertThat(position(partition)).isEqualTo(at(6));
    }

    private void isFencedWithoutLease(ForeignWriter writer) throws Exception {
        TopicPartition partition = new TopicPartition("deleted", 1);
        GroupSession session = join();
        Lease lease = lease(session, partition);
        commit(session, lease, at(5));

        writer.deleteLease(group, partition);

        assertThat(session.heartbeat().owner(partition)).isNull();
        assertThat(commit(session, lease, at(6))).isInstanceOf(Outcome.Fenced.class);
        GroupSession next = join();
        Lease taken = lease(next, partition);
        assertThat(commit(session, lease, at(7))).isInstanceOf(Outcome.Fenced.class);
        assertThat(commit(next, taken, at(8))).isEqualTo(new Outcome.Applied());
        assertThat(position(partition)).isEqualTo(at(8));
    }

    private static void giveUpOn(
            UnreliableCheckpointStore network, GroupSession session, Lease lease, Checkpoint checkpoint) {
        network.keepRequests();
        assertThat(commit(session, lease, checkpoint)).isInstanceOf(Outcome.Unknown.class);
        network.heal();
    }

    /** Read past the session, whose knowledge of it must stay what it was. */
    private @Nullable Checkpoint position(TopicPartition partition) throws IOException {
        return store().inspect(group).checkpoints().get(partition);
    }
}
