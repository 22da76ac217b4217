package io.kafscale.s3;

import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.s3.ConditionalObjects.Listed;
import io.kafscale.s3.ConditionalObjects.Written;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The other members of a group, as one of them sees them.
 *
 * <p><b>Death.</b> A member is silent when its object has been the same for its TTL, by the clock of whoever looks: from
 * when the object was first seen to when the listing that shows it still the same was asked for. It is then declared dead,
 * by a write that replaces exactly what was seen. Either this is applied, and the member can renew nothing any more; or
 * the member has renewed meanwhile, and lives. Only what a dead member owned is taken over.
 *
 * <p>{@link #look} is called by one thread at a time; all else is thread safe.
 */
final class OtherMembers {

    private record Sighting(String etag, MemberValue value, long sinceNanos) {

        boolean is(MemberValue.State state) {
            return value.state() == state;
        }
    }

    private final ConditionalObjects objects;
    private final GroupKeys keys;
    private final String self;
    private final Duration ownTtl;
    private final Parallel parallel;
    private final LongSupplier nanoTime;
    private final Map<String, Sighting> sightings = new ConcurrentHashMap<>();

    /** Dead members whose objects are deleted; their ids never come again. */
    private final Set<String> buried = ConcurrentHashMap.newKeySet();

    /** Owners of partitions that have no object, and since when they are missed. */
    private final Map<String, Long> missed = new ConcurrentHashMap<>();

    private volatile long lookedNanos;

    OtherMembers(
            ConditionalObjects objects,
            GroupKeys keys,
            String self,
            Duration ownTtl,
            Parallel parallel,
            LongSupplier nanoTime) {
        this.objects = objects;
        this.keys = keys;
        this.self = self;
        this.ownTtl = ownTtl;
        this.parallel = parallel;
        this.nanoTime = nanoTime;
        this.lookedNanos = nanoTime.getAsLong();
    }

    /** Lists them, reads those that changed, and declares dead those that were silent for too long. */
    void look() throws IOException {
        long asked = nanoTime.getAsLong();
        Map<String, String> etags = new HashMap<>();
        for (Listed listed : objects.list(keys.members()).objects()) {
            etags.put(keys.memberOf(listed.key()), listed.etag());
        }
        etags.remove(self);
        sightings.keySet().retainAll(etags.keySet());
        missed.keySet().removeAll(etags.keySet());
        lookedNanos = asked;
        List<String> changed = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        etags.forEach((memberId, etag) -> {
            Sighting last = sightings.get(memberId);
            if (last == null || !last.etag.equals(etag)) {
                changed.add(memberId);
            } else if (!last.is(MemberValue.State.DEAD)
                    && asked - last.sinceNanos >= last.value.ttl().toNanos()) {
                silent.add(memberId);
            }
        });
        parallel.map(changed, memberId -> saw(memberId, objects.find(keys.member(memberId))));
        parallel.map(silent, this::declareDead);
    }

    private boolean saw(String memberId, @Nullable StoredObject object) {
        if (object == null) {
            return sightings.remove(memberId) != null;
        }
        MemberValue value = MemberValue.of(object, ownTtl);
        sightings.put(memberId, new Sighting(object.etag(), value, nanoTime.getAsLong()));
        return true;
    }

    private boolean declareDead(String memberId) throws IOException {
        Sighting silent = sightings.get(memberId);
        if (silent == null) {
            return false;
        }
        MemberValue dead = silent.value.as(MemberValue.State.DEAD);
        Written written = objects.write(keys.member(memberId), dead.toJson(), silent.etag);
        if (written instanceof Written.Applied applied) {
            sightings.put(memberId, new Sighting(applied.etag(), dead, silent.sinceNanos));
            return true;
        }
        return saw(memberId, ((Written.Refused) written).found());
    }

    /**
     * Whether what it owns may be taken over. An owner without an object, which somebody must have deleted, cannot renew
     * and knows so at its next attempt; it is given a TTL.
     */
    boolean isDead(String memberId, Duration leaseTtl) {
        if (buried.contains(memberId)) {
            return true;
        }
        Sighting last = sightings.get(memberId);
        if (last != null) {
            missed.remove(memberId);
            return last.is(MemberValue.State.DEAD);
        }
        long since = missed.computeIfAbsent(memberId, absent -> nanoTime.getAsLong());
        return lookedNanos - since >= leaseTtl.toNanos();
    }

    Map<String, Subscription> living() {
        Map<String, Subscription> living = new HashMap<>();
        sightings.forEach((memberId, sighting) -> {
            if (sighting.is(MemberValue.State.ALIVE)) {
                living.put(memberId, sighting.value.subscription());
            }
        });
        return living;
    }

    /** What they say they own, other than the dead. Where two say so of one partition, the later lease is meant. */
    Map<TopicPartition, Lease> leases() {
        Map<TopicPartition, Lease> leases = new HashMap<>();
        sightings.forEach((memberId, sighting) -> {
            if (!sighting.is(MemberValue.State.DEAD)) {
                sighting.value
                        .partitions()
                        .forEach((partition, token) ->
                                leases.merge(partition, new Lease(partition, memberId, token), OtherMembers::later));
            }
        });
        return leases;
    }

    static Lease later(Lease a, Lease b) {
        return a.token() < b.token() ? b : a;
    }

    /** Deletes the objects of the dead of whom nothing is left to take over. */
    void bury(Map<TopicPartition, Lease> owners) throws IOException {
        Set<String> done = new HashSet<>();
        sightings.forEach((memberId, sighting) -> {
            boolean takenOver = sighting.value.partitions().entrySet().stream().allMatch(claim -> {
                Lease owner = owners.get(claim.getKey());
                return owner != null && owner.token() > claim.getValue();
            });
            if (sighting.is(MemberValue.State.DEAD) && takenOver) {
                done.add(memberId);
            }
        });
        for (String memberId : done) {
            buried.add(memberId);
            objects.delete(keys.member(memberId));
            sightings.remove(memberId);
        }
    }
}
