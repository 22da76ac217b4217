package io.kafscale.s3;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A membership. It lives as long as its own object is renewed, before another member declares it dead. */
final class S3Session implements GroupSession {

    private final Parallel parallel;
    private final String memberId;
    private final Subscription subscription;
    private final Holdings holdings;
    private final OwnMember self;
    private final OtherMembers others;
    private final Acquisitions acquisitions;

    private S3Session(
            Parallel parallel,
            String memberId,
            Subscription subscription,
            Holdings holdings,
            OwnMember self,
            OtherMembers others,
            Acquisitions acquisitions) {
        this.parallel = parallel;
        this.memberId = memberId;
        this.subscription = subscription;
        this.holdings = holdings;
        this.self = self;
        this.others = others;
        this.acquisitions = acquisitions;
    }

    static S3Session join(
            ConditionalObjects objects,
            GroupKeys keys,
            TokenFloor floor,
            Parallel parallel,
            LongSupplier nanoTime,
            Subscription subscription,
            Duration ttl)
            throws IOException {
        String memberId = Nonce.memberId();
        Holdings holdings = new Holdings();
        OwnMember self = OwnMember.join(objects, keys, memberId, subscription, ttl, holdings);
        OtherMembers others = new OtherMembers(objects, keys, memberId, ttl, parallel, nanoTime);
        Acquisitions acquisitions = new Acquisitions(objects, keys, floor, memberId, ttl, holdings, others);
        return new S3Session(parallel, memberId, subscription, holdings, self, others, acquisitions);
    }

    @Override
    public String memberId() {
        return memberId;
    }

    @Override
    public GroupView heartbeat() throws IOException {
        synchronized (others) {
            self.ensureAlive();
            acquisitions.settle();
            self.renew();
            others.look();
            Map<TopicPartition, Lease> owners = others.leases();
            holdings.tokens()
                    .forEach((partition, token) ->
                            owners.merge(partition, new Lease(partition, memberId, token), OtherMembers::later));
            others.bury(owners);
            Map<String, Subscription> members = others.living();
            members.put(memberId, subscription);
            return new GroupView(members, owners);
        }
    }

    @Override
    public Acquisition acquire(TopicPartition partition) {
        try {
            self.ensureAlive();
            Acquisition acquisition = acquisitions.acquire(partition);
            if (acquisition instanceof Acquisition.Acquired) {
                tellOthers();
                if (!self.isAlive()) {
                    // Not an expired session: that would say that it was not taken.
                    throw new IOException("the session of " + memberId + " ended while it acquired " + partition
                            + "; the next heartbeat says how");
                }
            }
            return acquisition;
        } catch (IOException e) {
            return new Acquisition.Unknown(e);
        }
    }

    @Override
    public List<Outcome> commit(List<Commit> commits) {
        Map<Lease, Checkpoint> furthest = new LinkedHashMap<>();
        for (Commit commit : commits) {
            furthest.merge(commit.lease(), commit.checkpoint(), (a, b) -> b.isBefore(a) ? a : b);
        }
        List<Lease> leases = new ArrayList<>(furthest.keySet());
        Map<Lease, Outcome> outcomes = new HashMap<>();
        AtomicReference<@Nullable IOException> silence = new AtomicReference<>();
        try {
            List<Outcome> inOrder =
                    parallel.map(leases, lease -> commit(lease, Objects.requireNonNull(furthest.get(lease)), silence));
            for (int i = 0; i < leases.size(); i++) {
                outcomes.put(leases.get(i), inOrder.get(i));
            }
        } catch (IOException interrupted) {
            leases.forEach(lease -> outcomes.put(lease, new Outcome.Unknown(interrupted)));
        }
        return commits.stream()
                .map(commit -> Objects.requireNonNull(outcomes.get(commit.lease())))
                .toList();
    }

    /** Once S3 has been silent for one, the others are not kept waiting for the same. */
    private Outcome commit(Lease lease, Checkpoint checkpoint, AtomicReference<@Nullable IOException> silence) {
        HeldPartition held = holdings.get(lease);
        if (held == null) {
            return new Outcome.Fenced("it is not a lease of " + memberId);
        }
        IOException silent = silence.get();
        if (silent != null) {
            return new Outcome.Unknown(silent);
        }
        Outcome outcome = held.commit(checkpoint);
        if (outcome instanceof Outcome.Unknown unknown && S3Failures.isSilence(unknown.cause())) {
            silence.set(unknown.cause());
        } else if (outcome instanceof Outcome.Fenced && held.isKept()) {
            holdings.remove(held);
        }
        return outcome;
    }

    @Override
    public Outcome release(Lease lease) {
        HeldPartition held = holdings.get(lease);
        if (held == null) {
            return new Outcome.Fenced("it is not a lease of " + memberId);
        }
        boolean wasKept = held.isKept();
        Outcome outcome = held.release();
        if (outcome instanceof Outcome.Fenced) {
            holdings.remove(held);
        } else if (outcome instanceof Outcome.Applied && wasKept) {
            holdings.released();
            tellOthers();
        }
        return outcome;
    }

    /** Has them see at their next heartbeat, not only after ours, what was taken or given back. */
    private void tellOthers() {
        try {
            if (!self.hasLeft()) {
                self.announce();
            } else if (holdings.tokens().isEmpty()) {
                self.forget();
            }
        } catch (IOException e) {
            // The next heartbeat says the same, and reports what is wrong.
        }
    }

    @Override
    public void leave() throws IOException {
        self.leave();
    }
}
