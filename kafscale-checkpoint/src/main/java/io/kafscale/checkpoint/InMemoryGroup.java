package io.kafscale.checkpoint;

import io.kafscale.segment.TopicPartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state of one group: its members and until when they live, who owns what, and the checkpoints. Every method first
 * drops the members whose time is over, with all they own, and so no dead member is ever seen.
 */
final class InMemoryGroup {

    private static final class Member {
        final Subscription subscription;
        long deadline;
        boolean left;
        Runnable hint = () -> {};

        Member(Subscription subscription, long deadline) {
            this.subscription = subscription;
            this.deadline = deadline;
        }
    }

    private static final class Ownership {
        final Lease lease;
        /** The last one that was committed under this lease. */
        @Nullable
        Checkpoint committed;

        Ownership(Lease lease) {
            this.lease = lease;
        }
    }

    private final String name;
    private final LongSupplier nanoTime;
    private final AtomicLong tokens;
    private final Map<String, Member> members = new HashMap<>();
    private final Map<TopicPartition, Ownership> owners = new HashMap<>();
    /** What was last given back; a repeated release finds itself here. */
    private final Map<TopicPartition, Lease> released = new HashMap<>();

    private final Map<TopicPartition, Checkpoint> checkpoints = new HashMap<>();

    InMemoryGroup(String name, LongSupplier nanoTime, AtomicLong tokens) {
        this.name = name;
        this.nanoTime = nanoTime;
        this.tokens = tokens;
    }

    synchronized void join(String memberId, Subscription subscription, long ttlNanos) {
        members.put(memberId, new Member(subscription, nanoTime.getAsLong() + ttlNanos));
    }

    synchronized GroupView heartbeat(String memberId, long ttlNanos) throws SessionExpiredException {
        expire();
        Member member = members.get(memberId);
        if (member == null || member.left) {
            throw expired(memberId);
        }
        member.deadline = nanoTime.getAsLong() + ttlNanos;
        return view();
    }

    synchronized GroupState state() {
        expire();
        return new GroupState(view(), checkpoints);
    }

    synchronized boolean isInUse() {
        expire();
        return !owners.isEmpty() || members.values().stream().anyMatch(member -> !member.left);
    }

    private GroupView view() {
        return new GroupView(
                members.entrySet().stream()
                        .filter(entry -> !entry.getValue().left)
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().subscription)),
                owners.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().lease)));
    }

    Acquisition acquire(String memberId, TopicPartition partition) {
        Lease lease;
        Checkpoint checkpoint;
        synchronized (this) {
            expire();
            Member member = members.get(memberId);
            if (member == null || member.left) {
                return new Acquisition.Unknown(expired(memberId));
            }
            checkpoint = checkpoints.get(partition);
            Ownership current = owners.get(partition);
            if (current != null) {
                return current.lease.memberId().equals(memberId)
                        ? new Acquisition.Acquired(current.lease, checkpoint)
                        : new Acquisition.Held(current.lease.memberId());
            }
            lease = new Lease(partition, memberId, tokens.incrementAndGet());
            owners.put(partition, new Ownership(lease));
        }
        tellOthers(memberId);
        return new Acquisition.Acquired(lease, checkpoint);
    }

    synchronized Outcome commit(String memberId, Commit commit) {
        expire();
        TopicPartition partition = commit.lease().partition();
        Ownership current = owners.get(partition);
        if (current == null || !isOwn(memberId, commit.lease(), current)) {
            return fenced(current);
        }
        if (current.committed == null || !commit.checkpoint().isBefore(current.committed)) {
            current.committed = commit.checkpoint();
            checkpoints.put(partition, commit.checkpoint());
        }
        return new Outcome.Applied();
    }

    Outcome release(String memberId, Lease lease) {
        synchronized (this) {
            expire();
            Ownership current = owners.get(lease.partition());
            if (lease.equals(released.get(lease.partition()))) {
                return new Outcome.Applied();
            }
            if (current == null || !isOwn(memberId, lease, current)) {
                return fenced(current);
            }
            owners.remove(lease.partition());
            released.put(lease.partition(), lease);
        }
        tellOthers(memberId);
        return new Outcome.Applied();
    }

    synchronized void onChange(String memberId, Runnable hint) {
        Member member = members.get(memberId);
        if (member != null) {
            member.hint = hint;
        }
    }

    synchronized void leave(String memberId) {
        Member member = members.get(memberId);
        if (member != null) {
            member.left = true;
            member.hint = () -> {};
        }
    }

    private void expire() {
        long now = nanoTime.getAsLong();
        if (members.values().removeIf(member -> now - member.deadline >= 0)) {
            owners.values().removeIf(ownership -> !members.containsKey(ownership.lease.memberId()));
        }
    }

    private static boolean isOwn(String memberId, Lease lease, Ownership current) {
        return lease.memberId().equals(memberId) && lease.equals(current.lease);
    }

    private static Outcome fenced(@Nullable Ownership current) {
        return new Outcome.Fenced(current == null ? "no lease" : current.lease.toString());
    }

    private SessionExpiredException expired(String memberId) {
        return new SessionExpiredException("member " + memberId + " of group \"" + name
                + "\" left or sent no heartbeat for its TTL; it has to join again");
    }

    /** Runs the hints of all members but one, outside the lock: they may call back. */
    private void tellOthers(String memberId) {
        List<Runnable> hints;
        synchronized (this) {
            hints = members.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals(memberId))
                    .map(entry -> entry.getValue().hint)
                    .toList();
        }
        hints.forEach(Runnable::run);
    }
}
