package io.kafscale.s3;

import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a member's object says.
 *
 * <pre>
 *   {"state":"alive",              or left, or dead
 *    "sequence":12,                counts its writes, so that no two are alike
 *    "ttl_ms":60000,
 *    "topics":"orders|payments","max_partitions":100,
 *    "partitions":{"orders/0":7,"orders/1":9}}    what it owns, with the tokens
 * </pre>
 *
 * @param partitions the tokens of its leases; its claim, where the partition's own object is the truth
 */
record MemberValue(
        State state, long sequence, Duration ttl, Subscription subscription, Map<TopicPartition, Long> partitions) {

    /** Where a member is in its life. */
    enum State {
        /** It takes part. */
        ALIVE,
        /** It left, and its leases end with the TTL. */
        LEFT,
        /** Another member declared it dead; it writes this object no more. */
        DEAD
    }

    MemberValue {
        partitions = Map.copyOf(partitions);
    }

    MemberValue as(State other) {
        return new MemberValue(other, sequence, ttl, subscription, partitions);
    }

    /** Reads it. A member lives whatever its object says; one that makes no sense says it takes anything. */
    static MemberValue of(StoredObject object, Duration ttlUnlessSaid) {
        try {
            Json json = Json.of(object.content());
            Map<TopicPartition, Long> partitions = new HashMap<>();
            json.numbers("partitions").forEach((path, token) -> {
                TopicPartition partition = GroupKeys.parse(path);
                if (partition != null) {
                    partitions.put(partition, token);
                }
            });
            long maxPartitions = json.number("max_partitions", Subscription.ALL.maxPartitions());
            return new MemberValue(
                    State.valueOf(
                            Objects.requireNonNullElse(json.text("state"), "").toUpperCase(Locale.ROOT)),
                    json.number("sequence", 0),
                    Duration.ofMillis(json.number("ttl_ms", ttlUnlessSaid.toMillis())),
                    new Subscription(Objects.requireNonNullElse(json.text("topics"), Subscription.ALL.topics()), (int)
                            Math.min(maxPartitions, Integer.MAX_VALUE)),
                    partitions);
        } catch (IOException | IllegalArgumentException e) {
            return new MemberValue(State.ALIVE, 0, ttlUnlessSaid, Subscription.ALL, Map.of());
        }
    }

    String toJson() {
        Map<String, Long> paths = new TreeMap<>();
        partitions.forEach((partition, token) -> paths.put(GroupKeys.path(partition), token));
        return new Json()
                .put("state", state.name().toLowerCase(Locale.ROOT))
                .put("sequence", sequence)
                .put("ttl_ms", ttl.toMillis())
                .put("topics", subscription.topics())
                .put("max_partitions", subscription.maxPartitions())
                .put("partitions", paths)
                .toJson();
    }
}
