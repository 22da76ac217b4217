package io.kafscale.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.kafscale.checkpoint.Subscription;
import java.io.IOException;
import java.util.Objects;

/**
 * What stands under a member key: {@code {"member_id":"host-4f1c…","joined_at":1767225600000,"topics":"orders|payments",
 * "max_partitions":100}}.
 */
final class MemberValue {

    private MemberValue() {}

    static ByteSequence toBytes(String memberId, Subscription subscription, long nowMillis) {
        return new FlatJson()
                .put("member_id", memberId)
                .put("joined_at", nowMillis)
                .put("topics", subscription.topics())
                .put("max_partitions", subscription.maxPartitions())
                .toBytes();
    }

    /** A member lives whatever its value says; what makes no sense is taken as everything. */
    static Subscription subscription(KeyValue member) {
        try {
            FlatJson json = FlatJson.of(member);
            long maxPartitions = json.number("max_partitions", Subscription.ALL.maxPartitions());
            return new Subscription(Objects.requireNonNullElse(json.text("topics"), Subscription.ALL.topics()), (int)
                    Math.min(maxPartitions, Integer.MAX_VALUE));
        } catch (IOException | IllegalArgumentException e) {
            return Subscription.ALL;
        }
    }
}
