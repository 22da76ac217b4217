package io.kafscale.s3;

import io.kafscale.segment.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where a group's objects are.
 *
 * <pre>
 *   {root}/{group}/partitions/{topic}/{partition}
 *   {root}/{group}/members/{member id}
 * </pre>
 */
record GroupKeys(String root, String group) {

    /** Below it is all that is kept of the group. */
    String all() {
        return root + "/" + group + "/";
    }

    String members() {
        return all() + "members/";
    }

    String member(String memberId) {
        return members() + memberId;
    }

    String memberOf(String key) {
        return key.substring(members().length());
    }

    String partitions() {
        return all() + "partitions/";
    }

    String partition(TopicPartition partition) {
        return partitions() + path(partition);
    }

    /** The partition of which this is the key, or null when it is none of ours. */
    @Nullable
    TopicPartition partitionOf(String key) {
        return parse(key.substring(partitions().length()));
    }

    /** A partition as {@code orders/0}. */
    static String path(TopicPartition partition) {
        return partition.topic() + "/" + partition.partition();
    }

    /** What {@link #path} wrote, or null when it did not write this. */
    static @Nullable TopicPartition parse(String path) {
        int slash = path.indexOf('/');
        try {
            TopicPartition partition = new TopicPartition(
                    path.substring(0, Math.max(0, slash)), Integer.parseInt(path.substring(slash + 1)));
            return path(partition).equals(path) ? partition : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
