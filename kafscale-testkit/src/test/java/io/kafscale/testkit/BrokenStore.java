package io.kafscale.testkit;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.ForwardingCheckpointStore;
import io.kafscale.checkpoint.ForwardingGroupSession;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Stores with one defect each, of the kinds that stores are written with. */
final class BrokenStore {

    private BrokenStore() {}

    /** A commit overwrites the checkpoint whoever owns the partition. */
    static CheckpointStore withUnfencedCommits(CheckpointStore sound) {
        return new BlindlyWriting(sound, (owner, commit) -> true);
    }

    /** A commit looks whose the partition is, and writes; not in one step. */
    static CheckpointStore withCommitsInTwoSteps(CheckpointStore sound) {
        return new BlindlyWriting(sound, (owner, commit) -> {
            boolean isOwn = commit.lease().equals(owner);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
            return isOwn;
        });
    }

    /** A release deletes the partition's lease, whoever's it is. */
    static CheckpointStore withUnconditionalRelease(CheckpointStore sound) {
        Map<String, GroupSession> members = new ConcurrentHashMap<>();
        return new ForwardingCheckpointStore(sound) {
            @Override
            public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
                GroupSession session = super.join(group, subscription, ttl);
                members.put(session.memberId(), session);
                return new ForwardingGroupSession(session) {
                    @Override
                    public Outcome release(Lease lease) {
                        Lease found = state(sound, group).view().owner(lease.partition());
                        if (found != null) {
                            members.get(found.memberId()).release(found);
                        }
                        return new Outcome.Applied();
                    }
                };
            }
        };
    }

    private static GroupState state(CheckpointStore store, String group) {
        try {
            return store.inspect(group);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Fence {
        boolean lets(Lease owner, Commit commit);
    }

    /** Keeps the checkpoints itself, beside the leases of a sound store. */
    private static final class BlindlyWriting extends ForwardingCheckpointStore {
        private final CheckpointStore sound;
        private final Fence fence;
        private final Map<String, Map<TopicPartition, Checkpoint>> checkpoints = new ConcurrentHashMap<>();

        BlindlyWriting(CheckpointStore sound, Fence fence) {
            super(sound);
            this.sound = sound;
            this.fence = fence;
        }

        private Map<TopicPartition, Checkpoint> checkpoints(String group) {
            return checkpoints.computeIfAbsent(group, name -> new ConcurrentHashMap<>());
        }

        @Override
        public GroupState inspect(String group) throws IOException {
            return new GroupState(super.inspect(group).view(), new HashMap<>(checkpoints(group)));
        }

        @Override
        public void delete(String group) throws IOException {
            super.delete(group);
            checkpoints.remove(group);
        }

        @Override
        public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
            GroupSession session = super.join(group, subscription, ttl);
            Map<TopicPartition, Checkpoint> written = checkpoints(group);
            return new ForwardingGroupSession(session) {
                @Override
                public Acquisition acquire(TopicPartition partition) {
                    return session.acquire(partition) instanceof Acquisition.Acquired acquired
                            ? new Acquisition.Acquired(acquired.lease(), written.get(partition))
                            : session.acquire(partition);
                }

                @Override
                public List<Outcome> commit(List<Commit> commits) {
                    List<Outcome> outcomes = new ArrayList<>();
                    for (Commit commit : commits) {
                        Lease owner =
                                state(sound, group).view().owner(commit.lease().partition());
                        boolean lets = fence.lets(owner, commit);
                        if (lets) {
                            written.merge(
                                    commit.lease().partition(),
                                    commit.checkpoint(),
                                    (old, wanted) -> wanted.isBefore(old) ? old : wanted);
                        }
                        outcomes.add(lets ? new Outcome.Applied() : new Outcome.Fenced(String.valueOf(owner)));
                    }
                    return outcomes;
                }
            };
        }
    }
}
