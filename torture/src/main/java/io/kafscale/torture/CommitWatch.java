package io.kafscale.torture;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks at the group's checkpoints from outside, again and again, and keeps what it saw. For one thread. */
final class CommitWatch {

    /**
     * What was committed at a moment.
     *
     * @param nanos just after the store answered
     */
    record Sight(TopicPartition partition, Checkpoint checkpoint, long nanos) {}

    private final CheckpointStore store;
    private final List<Sight> seen = new ArrayList<>();
    private final Map<TopicPartition, Checkpoint> latest = new TreeMap<>();

    CommitWatch(CheckpointStore store) {
        this.store = store;
    }

    /** Looks once; nothing when the store does not answer, as it may not while it is down. */
    Optional<GroupState> look() {
        GroupState state;
        try {
            state = store.inspect(WorkerMain.GROUP);
        } catch (IOException e) {
            return Optional.empty();
        }
        long now = System.nanoTime();
        state.checkpoints().forEach((partition, checkpoint) -> {
            Checkpoint before = latest.put(partition, checkpoint);
            if (!checkpoint.equals(before)) {
                seen.add(new Sight(partition, checkpoint, now));
            }
        });
        return Optional.of(state);
    }

    /** All that was seen, in the order of time, without repetitions. */
    List<Sight> seen() {
        return List.copyOf(seen);
    }

    /** How many partitions had a checkpoint when it last looked. */
    int partitions() {
        return latest.size();
    }

    /** The sum of the offsets committed when it last looked. */
    long committed() {
        return latest.values().stream().mapToLong(Checkpoint::nextOffset).sum();
    }

    /** Whether all was committed that was produced, when it last looked. */
    boolean isAtEndOf(ProducedLog produced) {
        return produced.partitions().stream().allMatch(partition -> {
            Checkpoint checkpoint = latest.get(partition);
            return checkpoint != null && checkpoint.nextOffset() == produced.end(partition);
        });
    }
}
