package io.kafscale.s3;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.s3.ConditionalObjects.Listed;
import io.kafscale.s3.ConditionalObjects.Listing;
import io.kafscale.s3.ConditionalObjects.Written;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All objects of a group, seen from outside it. Who lives is judged by S3's clock alone: how long ago, when it listed a
 * member's object, it had been written.
 */
record S3Group(ConditionalObjects objects, GroupKeys keys, TokenFloor floor, Parallel parallel) {

    /** S3 tells time in whole seconds, when it lists and when it writes. */
    private static final Duration CLOCK_STEP = Duration.ofSeconds(2);

    /** After this long others may take a partition whose deletion was not carried through. */
    private static final Duration DELETION_TTL = Duration.ofSeconds(30);

    private record FoundMember(String memberId, StoredObject object, MemberValue value, boolean silent) {

        boolean isDead() {
            return silent || value.state() == MemberValue.State.DEAD;
        }
    }

    private record FoundPartition(TopicPartition partition, StoredObject object, PartitionValue value) {}

    private record Contents(List<FoundMember> members, List<FoundPartition> partitions) {

        boolean isEmpty() {
            return members.isEmpty() && partitions.isEmpty();
        }

        GroupState state() {
            Map<String, Subscription> living = new HashMap<>();
            Map<String, Boolean> owning = new HashMap<>();
            for (FoundMember member : members) {
                owning.put(member.memberId, !member.isDead());
                if (!member.isDead() && member.value.state() == MemberValue.State.ALIVE) {
                    living.put(member.memberId, member.value.subscription());
                }
            }
            Map<TopicPartition, Lease> owners = new HashMap<>();
            Map<TopicPartition, Checkpoint> checkpoints = new HashMap<>();
            for (FoundPartition found : partitions) {
                String owner = found.value.owner();
                if (owner != null && owning.getOrDefault(owner, false)) {
                    owners.put(found.partition, new Lease(found.partition, owner, found.value.token()));
                }
                Checkpoint checkpoint = found.value.checkpoint();
                if (checkpoint != null) {
                    checkpoints.put(found.partition, checkpoint);
                }
            }
            return new GroupState(new GroupView(living, owners), checkpoints);
        }
    }

    /** Two LISTs, and a GET for every object. */
    GroupState state() throws IOException {
        return read().state();
    }

    private Contents read() throws IOException {
        // Members last: an owner that is found has its object by then.
        List<Optional<FoundPartition>> partitions =
                parallel.map(objects.list(keys.partitions()).objects(), this::readPartition);
        Listing listing = objects.list(keys.members());
        List<Optional<FoundMember>> members =
                parallel.map(listing.objects(), listed -> readMember(listed, listing.asOf()));
        return new Contents(
                members.stream().flatMap(Optional::stream).toList(),
                partitions.stream().flatMap(Optional::stream).toList());
    }

    private Optional<FoundPartition> readPartition(Listed listed) throws IOException {
        TopicPartition partition = keys.partitionOf(listed.key());
        StoredObject object = partition == null ? null : objects.find(listed.key());
        return partition == null || object == null
                ? Optional.empty()
                : Optional.of(new FoundPartition(partition, object, PartitionValue.of(object)));
    }

    private Optional<FoundMember> readMember(Listed listed, @Nullable Instant asOf) throws IOException {
        StoredObject object = objects.find(listed.key());
        if (object == null) {
            return Optional.empty();
        }
        MemberValue value = MemberValue.of(object, Duration.ZERO);
        boolean silent = asOf != null
                && object.etag().equals(listed.etag())
                && Duration.between(listed.lastModified(), asOf)
                                .compareTo(value.ttl().plus(CLOCK_STEP))
                        > 0;
        return Optional.of(new FoundMember(keys.memberOf(listed.key()), object, value, silent));
    }

    /**
     * Deletes it all. The dead are declared dead first, and every partition is taken, so that nobody else can have one
     * whose object is then deleted.
     */
    void delete() throws IOException {
        Contents found = read();
        if (found.isEmpty()) {
            return;
        }
        GroupView view = found.state().view();
        if (!view.members().isEmpty() || !view.owners().isEmpty()) {
            throw inUse(view.members().size() + " members and " + view.owners().size() + " owned partitions");
        }
        parallel.map(found.members, this::declareDead);
        String deletion = "deletion-" + Nonce.next();
        parallel.map(found.partitions, partition -> take(partition, deletion));
        long greatest = found.partitions.stream()
                .mapToLong(partition -> partition.value.token() + 1)
                .max()
                .orElse(0);
        floor.raise(greatest);
        List<String> all = new ArrayList<>();
        found.partitions.forEach(partition -> all.add(keys.partition(partition.partition)));
        found.members.forEach(member -> all.add(keys.member(member.memberId)));
        parallel.map(all, key -> {
            objects.delete(key);
            return key;
        });
    }

    private boolean declareDead(FoundMember member) throws IOException {
        if (member.value.state() != MemberValue.State.DEAD) {
            MemberValue dead = member.value.as(MemberValue.State.DEAD);
            replace(keys.member(member.memberId), dead.toJson(), member.object, "member " + member.memberId);
        }
        return true;
    }

    private boolean take(FoundPartition found, String deletion) throws IOException {
        PartitionValue taken = new PartitionValue(
                deletion, found.value.token() + 1, DELETION_TTL, Nonce.next(), found.value.checkpoint());
        replace(keys.partition(found.partition), taken.toJson(), found.object, "an owner of " + found.partition);
        return true;
    }

    private void replace(String key, String content, StoredObject replaced, String who) throws IOException {
        if (objects.write(key, content, replaced.etag()) instanceof Written.Refused) {
            throw inUse(who + ", which has just shown itself");
        }
    }

    private GroupInUseException inUse(String by) {
        return new GroupInUseException("group \"" + keys.group() + "\" in " + objects.name(keys.root())
                + objects.place() + " has " + by + "; close its processors before deleting it");
    }
}
