package io.kafscale.checkpoint;

import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Leases and offsets in this process's memory: for tests, for trying things out, and for programs that may start over.
 * Processors in one process that share an instance share its groups; other processes see nothing of it, and it forgets
 * everything when the process ends.
 *
 * <p>Thread safe. Closing it changes nothing, so that a second processor can go on where the first one stopped.
 */
public final class InMemoryCheckpointStore implements CheckpointStore {

    private final LongSupplier nanoTime;
    private final Map<String, InMemoryGroup> groups = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private final AtomicLong members = new AtomicLong();

    /** A store on the system's monotonic clock. */
    public InMemoryCheckpointStore() {
        this(System::nanoTime);
    }

    /**
     * A store whose members age by another clock, so that a test can let a TTL pass without waiting for it.
     *
     * @param nanoTime nanoseconds since any moment, never going back; called from any thread
     */
    public InMemoryCheckpointStore(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public GroupSession join(String group, Subscription subscription, Duration ttl) {
        if (ttl.isZero() || ttl.isNegative()) {
            throw new IllegalArgumentException("a TTL of " + ttl + " is not above 0");
        }
        String memberId = "member-" + members.incrementAndGet();
        // Atomically with deletion: nobody joins a group that is being forgotten.
        InMemoryGroup joined = groups.compute(group, (name, found) -> {
            InMemoryGroup existing = found == null ? new InMemoryGroup(name, nanoTime, tokens) : found;
            existing.join(memberId, subscription, ttl.toNanos());
            return existing;
        });
        return new InMemorySession(joined, memberId, ttl.toNanos());
    }

    @Override
    public SortedSet<String> groups() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(groups.keySet()));
    }

    @Override
    public GroupState inspect(String group) {
        InMemoryGroup found = groups.get(group);
        return found == null ? new GroupState(new GroupView(Map.of(), Map.of()), Map.of()) : found.state();
    }

    @Override
    public void delete(String group) throws GroupInUseException {
        InMemoryGroup inUse = groups.computeIfPresent(group, (name, found) -> found.isInUse() ? found : null);
        if (inUse != null) {
            throw new GroupInUseException("group \"" + group + "\" in " + describe()
                    + " has members or owned partitions; close its processors before deleting it");
        }
    }

    /** How far {@code group} has come with {@code partition}, or null when it never committed there. */
    public @Nullable Checkpoint checkpoint(String group, TopicPartition partition) {
        return inspect(group).checkpoints().get(partition);
    }

    @Override
    public String describe() {
        return "memory of this process";
    }

    @Override
    public void close() {}
}
