package io.kafscale.s3;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Lease;
import io.kafscale.s3.ConditionalObjects.Written;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Takes partitions for a session: those without an owner, and those whose owner is dead. Thread safe. */
final class Acquisitions {

    /** How often a partition's object may change hands between a look at it and the attempt to take it. */
    private static final int ATTEMPTS = 3;

    private final ConditionalObjects objects;
    private final GroupKeys keys;
    private final TokenFloor floor;
    private final String memberId;
    private final Duration ttl;
    private final Holdings holdings;
    private final OtherMembers others;

    /** Writes that were sent and not answered, by the ETag each is to replace; none for one that is to create. */
    private final Map<TopicPartition, Optional<String>> unsettled = new ConcurrentHashMap<>();

    Acquisitions(
            ConditionalObjects objects,
            GroupKeys keys,
            TokenFloor floor,
            String memberId,
            Duration ttl,
            Holdings holdings,
            OtherMembers others) {
        this.objects = objects;
        this.keys = keys;
        this.floor = floor;
        this.memberId = memberId;
        this.ttl = ttl;
        this.holdings = holdings;
        this.others = others;
    }

    /** Two requests; one when it is held, by this session or another. */
    Acquisition acquire(TopicPartition partition) throws IOException {
        String key = keys.partition(partition);
        StoredObject object = objects.find(key);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            @Nullable PartitionValue found = object == null ? null : PartitionValue.of(object);
            String owner = found == null ? null : found.owner();
            if (object != null && found != null && owner != null) {
                if (!owner.equals(memberId) && !others.isDead(owner, found.leaseTtl())) {
                    return new Acquisition.Held(owner);
                }
                // What is being given back is taken anew: the release may yet arrive, and must find another token then.
                if (owner.equals(memberId) && !holdings.isReleasing(partition, found.token())) {
                    return hold(partition, found, object.etag());
                }
            }
            PartitionValue taken = found == null
                    ? new PartitionValue(memberId, floor.read() + 1, ttl, Nonce.next(), null)
                    : new PartitionValue(memberId, found.token() + 1, ttl, Nonce.next(), found.checkpoint());
            unsettled.put(partition, etag(object));
            Written written = objects.write(key, taken.toJson(), object == null ? null : object.etag());
            unsettled.remove(partition, etag(object));
            if (written instanceof Written.Applied applied) {
                return hold(partition, taken, applied.etag());
            }
            object = ((Written.Refused) written).found();
        }
        throw new IOException(
                objects.name(key) + " was changed by others again and again; acquire " + partition + " again");
    }

    /** Looks what became of those that were not answered. */
    void settle() throws IOException {
        for (Map.Entry<TopicPartition, Optional<String>> sent :
                Map.copyOf(unsettled).entrySet()) {
            TopicPartition partition = sent.getKey();
            StoredObject object = objects.find(keys.partition(partition));
            if (object != null) {
                PartitionValue found = PartitionValue.of(object);
                if (memberId.equals(found.owner()) && !holdings.isReleasing(partition, found.token())) {
                    hold(partition, found, object.etag());
                }
            }
            // One that was to replace what is there no more can arrive no more.
            if (!etag(object).equals(sent.getValue())) {
                unsettled.remove(partition, sent.getValue());
            }
        }
    }

    private Acquisition.Acquired hold(TopicPartition partition, PartitionValue value, String etag) {
        Lease lease = new Lease(partition, memberId, value.token());
        holdings.add(new HeldPartition(objects, keys.partition(partition), lease, value, etag));
        return new Acquisition.Acquired(lease, value.checkpoint());
    }

    private static Optional<String> etag(@Nullable StoredObject object) {
        return Optional.ofNullable(object).map(StoredObject::etag);
    }
}
