package io.kafscale.testkit.linearizability;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Uses one group of a checkpoint store from several threads at once, as workers do and as stale workers do, and checks that
 * the history of each partition is linearizable: that what everybody was answered can have come about by one call after the
 * other.
 *
 * <p>Two members with two threads each acquire, commit (forwards, backwards, under leases long gone and under other members')
 * and release. Beside them members join that never send a heartbeat or leave before their time, and lose what they own by
 * their TTL to an heir; then they commit and release once more. The other members never may lose anything. In the end a new
 * member acquires everything, and so sees every last checkpoint.
 *
 * <p>What is done follows from a seed, how it interleaves does not: a failure may need several runs to come again.
 */
public final class ConcurrentWorkload {

    private static final int CALLS = 120;
    private static final int DEATHS = 2;
    private static final int PATIENCE = 1_000;

    private final CheckpointStore store;
    private final String group;
    private final Duration ttl;
    private final Runnable letTimePass;

    private final List<TopicPartition> partitions = IntStream.range(0, 4)
            .mapToObj(partition -> new TopicPartition("concurrent", partition))
            .toList();
    private final GroupHistory history = new GroupHistory(partitions);
    private final Queue<Lease> everLeased = new ConcurrentLinkedQueue<>();

    /**
     * A workload in a group of its own.
     *
     * @param ttl of the members that die; the others' is fifty times as long
     * @param letTimePass lets pass a little time, far less than {@code ttl}, for the store; called from several threads
     */
    public ConcurrentWorkload(CheckpointStore store, String group, Duration ttl, Runnable letTimePass) {
        this.store = store;
        this.group = group;
        this.ttl = ttl;
        this.letTimePass = letTimePass;
    }

    /**
     * Runs it, once.
     *
     * @throws AssertionError when a history is not linearizable, with the shortest stretch of it that has no explanation; or
     *     when a dead member's lease does not end
     */
    public void run(long seed) throws IOException, InterruptedException {
        RecordedSession one = join();
        RecordedSession two = join();
        List<Callable<Void>> threads = new ArrayList<>();
        for (RecordedSession member : List.of(one, two)) {
            Map<TopicPartition, Acquisition.Acquired> owned = new ConcurrentHashMap<>();
            threads.add(() -> work(member, owned, new Random(seed + threads.size())));
            threads.add(() -> work(member, owned, new Random(seed - threads.size())));
        }
        threads.add(() -> letMembersDie(new Random(seed * 31)));
        threads.add(() -> letMembersDie(new Random(seed * 37)));
        together(threads);
        giveBackAll(one);
        giveBackAll(two);
        RecordedSession last = join();
        for (TopicPartition partition : partitions) {
            takeOver(last, partition, null);
        }
        history.check("seed " + seed);
    }

    private Void work(RecordedSession member, Map<TopicPartition, Acquisition.Acquired> owned, Random random) {
        for (int i = 0; i < CALLS; i++) {
            TopicPartition partition = partitions.get(random.nextInt(partitions.size()));
            Acquisition.Acquired own = owned.get(partition);
            int dice = random.nextInt(100);
            if (dice < 8) {
                member.heartbeat();
            } else if (dice < 20) {
                tryStale(member, random);
            } else if (own == null && owned.isEmpty()) {
                if (acquire(member, partition) instanceof Acquisition.Acquired acquired) {
                    owned.put(partition, acquired);
                }
            } else if (own == null) {
                // Looks whether it is free, and would have to give it back.
                if (acquire(member, partition) instanceof Acquisition.Acquired acquired) {
                    commit(member, acquired, random.nextInt(5));
                    member.release(acquired.lease());
                }
            } else if (dice < 80) {
                commit(member, own, random.nextInt(20) - 4);
            } else {
                owned.remove(partition, own);
                member.release(own.lease());
            }
        }
        return null;
    }

    /** Under a lease that has ended, most likely, or that is another's. */
    private void tryStale(RecordedSession member, Random random) {
        List<Lease> leases = List.copyOf(everLeased);
        if (leases.isEmpty()) {
            return;
        }
        Lease lease = leases.get(random.nextInt(leases.size()));
        if (random.nextBoolean()) {
            member.commit(lease, checkpoint(1_000_000 + random.nextInt(1_000), lease.token() + 1));
        } else if (!lease.memberId().equals(member.memberId()) || random.nextInt(4) == 0) {
            member.release(lease);
        }
    }

    private Void letMembersDie(Random random) throws IOException {
        RecordedSession heir = join();
        for (int i = 0; i < DEATHS; i++) {
            long joining = history.now();
            RecordedSession dying = new RecordedSession(store.join(group, ttl), history);
            history.silent(dying.memberId(), joining);
            Acquisition.Acquired lost = acquireAny(dying, random);
            if (lost == null) {
                continue;
            }
            commit(dying, lost, random.nextInt(10));
            if (random.nextBoolean()) {
                dying.leave();
            }
            commit(dying, lost, 10 + random.nextInt(10));
            Acquisition.Acquired inherited = takeOver(heir, lost.lease().partition(), dying.memberId());
            commit(dying, lost, 1_000);
            dying.release(lost.lease());
            dying.heartbeat();
            if (inherited != null) {
                commit(heir, inherited, random.nextInt(10));
                heir.release(inherited.lease());
            }
        }
        return null;
    }

    private Acquisition.@Nullable Acquired acquireAny(RecordedSession member, Random random) {
        for (int i = 0; i < PATIENCE; i++) {
            Acquisition answer = acquire(member, partitions.get(random.nextInt(partitions.size())));
            if (answer instanceof Acquisition.Acquired acquired) {
                return acquired;
            }
        }
        return null; // the others hold everything, or it took so long that the member died
    }

    /**
     * Acquires a partition as soon as its owner is dead, who may be {@code from} only, or anyone.
     *
     * @return null when another member was faster
     */
    private Acquisition.@Nullable Acquired takeOver(
            RecordedSession heir, TopicPartition partition, @Nullable String from) {
        for (int i = 0; i < PATIENCE; i++) {
            heir.heartbeat();
            Acquisition answer = acquire(heir, partition);
            if (answer instanceof Acquisition.Acquired acquired) {
                return acquired;
            }
            if (from != null
                    && answer instanceof Acquisition.Held held
                    && !held.memberId().equals(from)) {
                return null;
            }
            letTimePass.run();
        }
        throw new AssertionError(partition + " never got free, though its owner "
                + (from == null ? "gave it back or died" : from + " sent no heartbeat") + " and time was let pass "
                + PATIENCE + " times");
    }

    private void giveBackAll(RecordedSession member) {
        for (TopicPartition partition : partitions) {
            Acquisition owned = acquire(member, partition);
            for (int i = 0; owned instanceof Acquisition.Unknown && i < PATIENCE; i++) {
                owned = acquire(member, partition);
            }
            if (owned instanceof Acquisition.Acquired acquired) {
                Outcome released = member.release(acquired.lease());
                for (int i = 0; released instanceof Outcome.Unknown && i < PATIENCE; i++) {
                    released = member.release(acquired.lease());
                }
            }
        }
    }

    private RecordedSession join() throws IOException {
        return new RecordedSession(store.join(group, ttl.multipliedBy(50)), history);
    }

    private Acquisition acquire(RecordedSession member, TopicPartition partition) {
        Acquisition answer = member.acquire(partition);
        if (answer instanceof Acquisition.Acquired acquired) {
            everLeased.add(acquired.lease());
        }
        return answer;
    }

    /** Commits so far beyond where the lease began; a negative distance goes back, if what came before was further. */
    private static void commit(RecordedSession member, Acquisition.Acquired acquired, int distance) {
        Checkpoint start = acquired.checkpoint();
        long offset = Math.max(0, (start == null ? 0 : start.nextOffset()) + distance);
        long epoch = Math.max(acquired.lease().token(), start == null ? 0 : start.epoch() + 1);
        member.commit(acquired.lease(), checkpoint(offset, epoch));
    }

    private static Checkpoint checkpoint(long nextOffset, long epoch) {
        return new Checkpoint(nextOffset, nextOffset, epoch, Checkpoint.UNKNOWN, LossLedger.NONE);
    }

    private static void together(List<Callable<Void>> calls) throws InterruptedException {
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(
                calls.size(), task -> new Thread(task, "thread-" + number.incrementAndGet()));
        try {
            for (Future<Void> ended : threads.invokeAll(calls)) {
                ended.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw new AssertionError("a thread of the workload failed", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
