package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;

/** What a store under the {@link CheckpointStoreContract} says of itself, and how the tests use it. */
abstract class ContractFixture {

    static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);

    private static final int PATIENCE = 1_000;

    final String group = "contract-" + UUID.randomUUID();

    /** The store under test; all calls within one test see the same data. */
    protected abstract CheckpointStore store();

    /** The shortest TTL that is sensible for this store. */
    protected abstract Duration ttl();

    /**
     * Lets a little time pass, far less than {@link #ttl()} but not less than a hundredth of it: moves the store's clock, or
     * waits where there is only the real one. It is called, from any thread, until what a test expects to happen with time
     * has happened.
     */
    protected abstract void letTimePass();

    /** How many partitions one member is tried with; fewer where what stands in for the real store is slow. */
    protected int manyPartitions() {
        return 1_000;
    }

    /**
     * Moves the clock that tells the time of day, if the store looks at one and was given one that can be moved; nothing
     * moves unless overridden.
     */
    protected void moveWallClock(Duration by) {}

    /**
     * The store behind a network that can be made bad, over the same data as {@link #store()}; each test asks for one of its
     * own. {@link UnreliableCheckpointStore#around} unless overridden: a store that talks to a server spoils what goes back
     * and forth with that.
     */
    protected UnreliableCheckpointStore unreliableStore() {
        return UnreliableCheckpointStore.around(store());
    }

    /** Whether members are told of changes by {@link GroupSession#onChange}; a store need not do so, and does not by default. */
    protected boolean givesHints() {
        return false;
    }

    /** Changes what is stored behind the store's back, without having a lease. */
    protected interface ForeignWriter {

        /** Makes {@code nextOffset} the partition's position. */
        void write(String group, TopicPartition partition, long nextOffset) throws Exception;

        /** Deletes the partition's checkpoint; its lease too where they cannot be told apart. */
        void deleteCheckpoint(String group, TopicPartition partition) throws Exception;

        /** Deletes the partition's lease; its checkpoint too where they cannot be told apart. */
        void deleteLease(String group, TopicPartition partition) throws Exception;
    }

    /** For stores that other programs can write to without a lease; empty unless overridden. */
    protected Optional<ForeignWriter> foreignWriter() {
        return Optional.empty();
    }

    /** A member that does not die while a test goes on, though it sends no heartbeat. */
    final GroupSession join() throws IOException {
        return store().join(group, ttl().multipliedBy(50));
    }

    /** A member that has to send heartbeats. */
    final GroupSession joinBriefly() throws IOException {
        return store().join(group, ttl());
    }

    static Lease lease(GroupSession session, TopicPartition partition) {
        return acquired(session, partition).lease();
    }

    static Acquisition.Acquired acquired(GroupSession session, TopicPartition partition) {
        Acquisition acquisition = session.acquire(partition);
        assertThat(acquisition).isInstanceOf(Acquisition.Acquired.class);
        return (Acquisition.Acquired) acquisition;
    }

    /** Acquires what another member stopped renewing. */
    final Acquisition.Acquired takeOver(GroupSession session, TopicPartition partition) throws Exception {
        Acquisition[] acquisition = {session.acquire(partition)};
        waitUntil("the lease of a dead member on " + partition + " ended", () -> {
            if (acquisition[0] instanceof Acquisition.Acquired) {
                return true;
            }
            assertThat(acquisition[0]).isInstanceOf(Acquisition.Held.class);
            session.heartbeat();
            acquisition[0] = session.acquire(partition);
            return acquisition[0] instanceof Acquisition.Acquired;
        });
        return (Acquisition.Acquired) acquisition[0];
    }

    /** Lets time pass until something happened that time brings about; fails when it does not come. */
    final void waitUntil(String what, Callable<Boolean> happened) throws Exception {
        for (int i = 0; i < PATIENCE; i++) {
            if (happened.call()) {
                return;
            }
            letTimePass();
        }
        throw new AssertionError("it is not so that " + what + ", though time was let pass " + PATIENCE + " times");
    }

    static Outcome commit(GroupSession session, Lease lease, Checkpoint checkpoint) {
        return session.commit(List.of(new Commit(lease, checkpoint))).get(0);
    }

    static Checkpoint at(long nextOffset) {
        return checkpoint(nextOffset, 1);
    }

    static Checkpoint checkpoint(long nextOffset, long epoch) {
        return new Checkpoint(nextOffset, nextOffset, epoch, Checkpoint.UNKNOWN, LossLedger.NONE);
    }
}
