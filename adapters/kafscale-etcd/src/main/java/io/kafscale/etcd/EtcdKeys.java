package io.kafscale.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.kafscale.segment.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one group. Those of leases, offsets and watermarks are the Go processors'.
 *
 * <pre>
 *   {prefix}/group                             name of the group that lives here
 *   {prefix}/members/{member}                  on the member's etcd lease
 *   {prefix}/leases/{topic}/{partition}        on the owner's etcd lease; present = owned
 *   {prefix}/offsets/{topic}/{partition}       the checkpoint
 *   {prefix}/watermarks/{topic}/{partition}    the checkpoint again, for dashboards
 *   {prefix}/watermarks/{topic}                the lowest of the topic's
 * </pre>
 */
record EtcdKeys(String prefix) {

    ByteSequence group() {
        return key("/group");
    }

    ByteSequence member(String memberId) {
        return key("/members/" + memberId);
    }

    /** What all member keys begin with. */
    ByteSequence members() {
        return key("/members/");
    }

    /** What all offset keys begin with. */
    ByteSequence offsets() {
        return key("/offsets/");
    }

    /** What all watermark keys begin with. */
    ByteSequence watermarks() {
        return key("/watermarks/");
    }

    /** What all lease keys begin with. */
    ByteSequence leases() {
        return key("/leases/");
    }

    ByteSequence lease(TopicPartition partition) {
        return key("/leases/" + path(partition));
    }

    ByteSequence offset(TopicPartition partition) {
        return key("/offsets/" + path(partition));
    }

    ByteSequence watermark(TopicPartition partition) {
        return key("/watermarks/" + path(partition));
    }

    /** What the watermark keys of a topic's partitions begin with. */
    ByteSequence watermarks(String topic) {
        return key("/watermarks/" + topic + "/");
    }

    ByteSequence watermark(String topic) {
        return key("/watermarks/" + topic);
    }

    /** The partition a key below {@code parent} is about, or null when nobody who keeps to this layout wrote that key. */
    @Nullable
    TopicPartition partitionOf(ByteSequence key, ByteSequence parent) {
        String[] path =
                key.toString(UTF_8).substring(parent.toString(UTF_8).length()).split("/", -1);
        if (path.length != 2 || !TopicPartition.isLegalTopic(path[0]) || !path[1].matches("0|[1-9][0-9]{0,9}")) {
            return null;
        }
        long partition = Long.parseLong(path[1]);
        return partition <= Integer.MAX_VALUE ? new TopicPartition(path[0], (int) partition) : null;
    }

    private static String path(TopicPartition partition) {
        return partition.topic() + "/" + partition.partition();
    }

    private ByteSequence key(String suffix) {
        return ByteSequence.from(prefix + suffix, UTF_8);
    }
}
