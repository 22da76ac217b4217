package io.kafscale.testkit;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.ForwardingCheckpointStore;
import io.kafscale.checkpoint.ForwardingGroupSession;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.Supplier;

/** Loses the answers of calls to a store, or makes the calls later than they were made. */
final class UnreliableCalls extends ForwardingCheckpointStore implements UnreliableCheckpointStore {

    private enum Network {
        HEALTHY,
        LOSING_ANSWERS,
        KEEPING_REQUESTS
    }

    private final Queue<Supplier<?>> kept = new ArrayDeque<>();
    private Network network = Network.HEALTHY;

    UnreliableCalls(CheckpointStore store) {
        super(store);
    }

    @Override
    public CheckpointStore store() {
        return this;
    }

    @Override
    public void loseAnswers() {
        network = Network.LOSING_ANSWERS;
    }

    @Override
    public void keepRequests() {
        network = Network.KEEPING_REQUESTS;
    }

    @Override
    public void heal() {
        network = Network.HEALTHY;
    }

    @Override
    public void deliverKept() {
        while (!kept.isEmpty()) {
            Object unusedAnswer = kept.remove().get();
        }
    }

    @Override
    public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
        GroupSession session = super.join(group, subscription, ttl);
        answer("joining");
        return new Session(session);
    }

    @Override
    public void delete(String group) throws IOException {
        super.delete(group);
        answer("deleting");
    }

    /** The store is its owner's to close. */
    @Override
    public void close() {}

    private void answer(String what) throws IOException {
        if (network == Network.LOSING_ANSWERS) {
            throw lost(what);
        }
    }

    private static IOException lost(String what) {
        return new IOException(what + ": no answer came, as the test wanted it");
    }

    private <T> T exchange(String what, Supplier<T> request, Function<IOException, T> unknown) {
        if (network == Network.KEEPING_REQUESTS) {
            kept.add(request);
            return unknown.apply(lost(what));
        }
        T answer = request.get();
        return network == Network.LOSING_ANSWERS ? unknown.apply(lost(what)) : answer;
    }

    private final class Session extends ForwardingGroupSession {
        Session(GroupSession session) {
            super(session);
        }

        @Override
        public GroupView heartbeat() throws IOException {
            GroupView view = super.heartbeat();
            answer("renewing");
            return view;
        }

        @Override
        public Acquisition acquire(TopicPartition partition) {
            return exchange("acquiring", () -> super.acquire(partition), Acquisition.Unknown::new);
        }

        @Override
        public List<Outcome> commit(List<Commit> commits) {
            return exchange(
                    "committing",
                    () -> super.commit(commits),
                    cause -> commits.stream()
                            .<Outcome>map(commit -> new Outcome.Unknown(cause))
                            .toList());
        }

        @Override
        public Outcome release(Lease lease) {
            return exchange("releasing", () -> super.release(lease), Outcome.Unknown::new);
        }

        @Override
        public void leave() throws IOException {
            super.leave();
            answer("leaving");
        }
    }
}
