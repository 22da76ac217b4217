package io.kafscale.processor;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.processor.runtime.Positions;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at groups and changes them, from outside: how far each has come, where it goes on, and whether it exists at all.
 *
 * <p>Thread safe. The stores handed in stay their owner's to close.
 */
public final class CheckpointAdmin {

    /** Long enough for what is done while a partition is held, short enough to wait for when this process dies then. */
    private static final Duration TTL = Duration.ofSeconds(30);

    /** Others reckon shares by what members subscribe to; this one is to have none. */
    private static final Subscription NOTHING = new Subscription("(?!)", 1);

    private static final int ATTEMPTS = 3;

    private final CheckpointStore checkpoints;
    private final SegmentLister lister;

    private CheckpointAdmin(CheckpointStore checkpoints, SegmentLister lister) {
        this.checkpoints = checkpoints;
        this.lister = lister;
    }

    /**
     * An administrator of the groups in one store, which process the topics in one namespace.
     *
     * @param segments where the topics are, as in {@link ProcessorBuilder#segments}
     */
    public static CheckpointAdmin of(CheckpointStore checkpoints, ObjectStore segments, String namespace) {
        return new CheckpointAdmin(checkpoints, SegmentLister.create(segments, namespace));
    }

    /** What the store of the checkpoints is, for messages. Holds no secrets. */
    public String describeStore() {
        return checkpoints.describe();
    }

    /**
     * The groups of which anything is kept.
     *
     * @throws IOException when the store cannot be reached, or refuses
     */
    public SortedSet<String> groups() throws IOException {
        return checkpoints.groups();
    }

    /**
     * All there is to know of a group; empty for one that does not exist. It costs a few requests for each partition, since
     * the ends of the logs are looked up.
     *
     * @throws IOException when a store cannot be reached, or refuses
     */
    public GroupDescription describe(String group) throws IOException {
        GroupState state = checkpoints.inspect(group);
        SortedSet<TopicPartition> known = new TreeSet<>(state.checkpoints().keySet());
        known.addAll(state.view().owners().keySet());
        SortedMap<TopicPartition, GroupDescription.Partition> partitions = new TreeMap<>();
        for (TopicPartition partition : known) {
            partitions.put(
                    partition,
                    new GroupDescription.Partition(
                            state.view().owner(partition), state.checkpoints().get(partition), lister.end(partition)));
        }
        return new GroupDescription(group, state.view().members(), partitions);
    }

    /**
     * The offset that a position stands for now.
     *
     * @throws IllegalArgumentException when the position is an offset outside of the log
     * @throws IOException when the store cannot be reached, or refuses
     */
    public long resolve(TopicPartition partition, StartPosition position) throws IOException {
        return Positions.resolve(lister, partition, position);
    }

    /**
     * Has a group go on elsewhere in a partition that nobody processes. It is done as a worker would do it, under a lease, so
     * that it cannot collide with one; the epoch grows, and the losses counted so far stay. A group that does not exist comes
     * to be.
     *
     * @return what was committed
     * @throws GroupInUseException when a worker holds the partition, and names it; nothing was changed
     * @throws IllegalArgumentException when the position is an offset outside of the log
     * @throws IOException when a store cannot be reached, or refuses; whether the group goes on there is then not known
     */
    public Checkpoint reset(String group, TopicPartition partition, StartPosition position) throws IOException {
        long offset = resolve(partition, position);
        GroupSession session = checkpoints.join(group, NOTHING, TTL);
        try {
            Acquisition.Acquired held = acquire(session, group, partition);
            Checkpoint before = held.checkpoint();
            long epoch = Math.max(held.lease().token(), before == null ? 0 : before.epoch() + 1);
            LossLedger losses = before == null ? LossLedger.NONE : before.losses();
            Checkpoint wanted = new Checkpoint(offset, Checkpoint.UNKNOWN, epoch, Checkpoint.UNKNOWN, losses);
            Commit commit = new Commit(held.lease(), wanted);
            expectApplied(
                    "resetting",
                    partition,
                    () -> session.commit(List.of(commit)).get(0));
            release(session, held.lease());
            return wanted;
        } finally {
            leave(session);
        }
    }

    private Acquisition.Acquired acquire(GroupSession session, String group, TopicPartition partition)
            throws IOException {
        @Nullable IOException unknown = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            Acquisition answer = session.acquire(partition);
            if (answer instanceof Acquisition.Acquired acquired) {
                return acquired;
            } else if (answer instanceof Acquisition.Held held) {
                throw new GroupInUseException(partition + " is held by " + held.memberId() + " of group \"" + group
                        + "\"; stop that worker, or wait until its lease has ended, and reset it then");
            } else if (answer instanceof Acquisition.Unknown lost) {
                unknown = lost.cause();
            }
        }
        throw new IOException("acquiring " + partition + " for group \"" + group + "\" was not answered", unknown);
    }

    private void expectApplied(String what, TopicPartition partition, Supplier<Outcome> call) throws IOException {
        @Nullable Outcome answer = null;
        for (int i = 0; i < ATTEMPTS && !(answer instanceof Outcome.Applied); i++) {
            answer = call.get();
            if (answer instanceof Outcome.Fenced fenced) {
                throw new IOException(what + " " + partition + " took so long that the lease was lost ("
                        + fenced.found() + "); nothing was changed");
            }
        }
        if (!(answer instanceof Outcome.Applied)) {
            throw new IOException(
                    what + " " + partition + " in " + checkpoints.describe() + " was not answered",
                    answer instanceof Outcome.Unknown unknown ? unknown.cause() : null);
        }
    }

    /** As well as it goes: what is not released ends with the TTL, and the checkpoint stands. */
    private static void release(GroupSession session, Lease lease) {
        for (int i = 0; i < ATTEMPTS; i++) {
            if (!(session.release(lease) instanceof Outcome.Unknown)) {
                return;
            }
        }
    }

    private static void leave(GroupSession session) {
        try {
            session.leave();
        } catch (IOException e) {
            // The membership ends with its TTL.
        }
    }

    /**
     * Forgets a group and its checkpoints, for good.
     *
     * @throws GroupInUseException when it has a member, or a partition is owned; nothing was deleted
     * @throws IOException when the store cannot be reached, or refuses; something may have been deleted
     */
    public void delete(String group) throws IOException {
        checkpoints.delete(group);
    }
}
