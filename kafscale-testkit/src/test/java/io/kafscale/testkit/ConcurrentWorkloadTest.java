package io.kafscale.testkit;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.ForwardingCheckpointStore;
import io.kafscale.checkpoint.ForwardingGroupSession;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.linearizability.ConcurrentWorkload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ConcurrentWorkloadTest {

    private static final Duration TTL = Duration.ofSeconds(30);

    private final AtomicLong nanoTime = new AtomicLong();
    private final CheckpointStore store = new InMemoryCheckpointStore(nanoTime::get);

    @Test
    void soundStore_isFoundSoundWithEverySeed() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            run(store, seed);
        }
    }

    @Test
    void soundStoreBehindABadNetwork_isFoundSoundToo() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            run(new BehindABadNetwork(store), seed);
        }
    }

    private void run(CheckpointStore used, long seed) throws Exception {
        new ConcurrentWorkload(used, "group-" + seed, TTL, () -> nanoTime.addAndGet(TTL.toNanos() / 10)).run(seed);
    }

    /** Requests and answers get lost, and of requests given up some arrive during a later call. */
    private static final class BehindABadNetwork extends ForwardingCheckpointStore {
        private final Queue<Supplier<?>> late = new ConcurrentLinkedQueue<>();

        BehindABadNetwork(CheckpointStore store) {
            super(store);
        }

        private <T> T exchange(Supplier<T> request, boolean canBeLate, Function<IOException, T> unknown) {
            Supplier<?> arriving = late.poll();
            Object unusedAnswer = arriving == null ? null : arriving.get();
            T lost = unknown.apply(new IOException("no answer"));
            int dice = ThreadLocalRandom.current().nextInt(100);
            if (dice < 5) {
                return lost;
            }
            if (dice < 12 && canBeLate) {
                late.add(request);
                return lost;
            }
            T answer = request.get();
            return dice < 20 ? lost : answer;
        }

        @Override
        public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
            GroupSession session = super.join(group, subscription, ttl);
            return new ForwardingGroupSession(session) {
                @Override
                public Acquisition acquire(TopicPartition partition) {
                    // One that arrived when all was given back would be owned for good.
                    return exchange(() -> session.acquire(partition), false, Acquisition.Unknown::new);
                }

                @Override
                public List<Outcome> commit(List<Commit> commits) {
                    return exchange(() -> session.commit(commits), true, cause -> List.of(new Outcome.Unknown(cause)));
                }

                @Override
                public Outcome release(Lease lease) {
                    return exchange(() -> session.release(lease), true, Outcome.Unknown::new);
                }
            };
        }
    }
}
