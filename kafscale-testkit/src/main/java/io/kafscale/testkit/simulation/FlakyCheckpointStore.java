package io.kafscale.testkit.simulation;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.ForwardingCheckpointStore;
import io.kafscale.checkpoint.ForwardingGroupSession;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.simulation.Faults.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A store behind a bad network: requests get lost, replies get lost, and a write whose caller gave up may still arrive
 * later. Reports each commit that was really applied.
 */
final class FlakyCheckpointStore extends ForwardingCheckpointStore {

    private final InMemoryCheckpointStore store;
    private final Faults faults;
    private final VirtualTime time;
    private final DeliveryLedger ledger;
    private final Sabotage sabotage;
    private final Map<TopicPartition, Long> rewritten = new HashMap<>();
    private final Map<TopicPartition, Checkpoint> overwritten = new HashMap<>();
    private int acquisitions;
    private int conflicts;

    FlakyCheckpointStore(VirtualTime time, Faults faults, DeliveryLedger ledger, Sabotage sabotage) {
        this(new InMemoryCheckpointStore(time::nanoTime), time, faults, ledger, sabotage);
    }

    private FlakyCheckpointStore(
            InMemoryCheckpointStore store, VirtualTime time, Faults faults, DeliveryLedger ledger, Sabotage sabotage) {
        super(store);
        this.store = store;
        this.time = time;
        this.faults = faults;
        this.ledger = ledger;
        this.sabotage = sabotage;
    }

    @Override
    public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
        faults.failSometimes(Kind.STORE_REQUEST_LOST, 0.03, "join");
        return new FlakySession(group, super.join(group, subscription, ttl));
    }

    /** A broker writes this partition anew from this offset on. */
    void rewritten(TopicPartition partition, long baseOffset) {
        rewritten.put(partition, baseOffset);
    }

    /** How often a partition was asked for. */
    int acquisitions() {
        return acquisitions;
    }

    /** How often it turned out to be another's already. */
    int conflicts() {
        return conflicts;
    }

    @Override
    public GroupState inspect(String group) {
        return store.inspect(group);
    }

    @Override
    public String describe() {
        return "simulated checkpoints";
    }

    @Override
    public void close() {}

    private final class FlakySession extends ForwardingGroupSession {
        private final String group;

        FlakySession(String group, GroupSession session) {
            super(session);
            this.group = group;
        }

        @Override
        public GroupView heartbeat() throws IOException {
            faults.failSometimes(Kind.STORE_REQUEST_LOST, 0.03, "heartbeat");
            GroupView view = super.heartbeat();
            faults.failSometimes(Kind.STORE_REPLY_LOST, 0.03, "heartbeat");
            return view;
        }

        @Override
        public Acquisition acquire(TopicPartition partition) {
            return exchange("acquire", () -> acquireNow(partition), Acquisition.Unknown::new);
        }

        private Acquisition acquireNow(TopicPartition partition) {
            Acquisition result = super.acquire(partition);
            acquisitions++;
            conflicts += result instanceof Acquisition.Held ? 1 : 0;
            return result instanceof Acquisition.Acquired acquired && overwritten.containsKey(partition)
                    ? new Acquisition.Acquired(acquired.lease(), overwritten.get(partition))
                    : result;
        }

        @Override
        public List<Outcome> commit(List<Commit> commits) {
            List<Outcome> outcomes = new ArrayList<>();
            for (Commit commit : commits) {
                outcomes.add(exchange("commit", () -> commitNow(commit), Outcome.Unknown::new));
            }
            return outcomes;
        }

        private Outcome commitNow(Commit commit) {
            TopicPartition partition = commit.lease().partition();
            Long rewrittenFrom = sabotage == Sabotage.OFFSET_BACK_AT_REWRITE ? rewritten.remove(partition) : null;
            if (sabotage == Sabotage.UNFENCED_COMMIT || rewrittenFrom != null) {
                Checkpoint checkpoint = commit.checkpoint();
                if (rewrittenFrom != null && rewrittenFrom < checkpoint.nextOffset()) {
                    checkpoint = new Checkpoint(
                            rewrittenFrom, rewrittenFrom, checkpoint.epoch(), Checkpoint.UNKNOWN, checkpoint.losses());
                }
                overwritten.put(partition, checkpoint);
                ledger.committed(partition, checkpoint);
                return new Outcome.Applied();
            }
            Checkpoint before = store.checkpoint(group, partition);
            Outcome outcome = super.commit(List.of(commit)).get(0);
            Checkpoint after = store.checkpoint(group, partition);
            if (after != null && !after.equals(before)) {
                ledger.committed(partition, after);
            }
            return outcome;
        }

        @Override
        public Outcome release(Lease lease) {
            return exchange("release", () -> super.release(lease), Outcome.Unknown::new);
        }

        private <T> T exchange(String what, Supplier<T> request, java.util.function.Function<IOException, T> unknown) {
            if (faults.happens(Kind.STORE_REQUEST_LOST, 0.03)) {
                return unknown.apply(new IOException(what + ": simulated lost request"));
            }
            if (faults.happens(Kind.STORE_WRITE_DELAYED, 0.02)) {
                time.after(faults.millis(10, 20_000), () -> {
                    // It is carried out all the same; there is nobody left to hear what came of it.
                    T unheard = request.get();
                    assert unheard != null;
                });
                return unknown.apply(new IOException(what + ": simulated timeout"));
            }
            T reply = request.get();
            if (faults.happens(Kind.STORE_REPLY_LOST, 0.03)) {
                return unknown.apply(new IOException(what + ": simulated lost reply"));
            }
            return reply;
        }
    }
}
