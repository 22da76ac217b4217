package io.kafscale.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.kafscale.segment.TopicPartition;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The brokers' keys, which are only read.
 *
 * <pre>
 *   /kafscale/metadata/snapshot                                      the cluster's topics, JSON
 *   /kafscale/topics/{topic}/partitions/{partition}/next_offset     the offset after the last one flushed, ASCII decimal
 * </pre>
 */
final class BrokerKeys {

    static final ByteSequence SNAPSHOT = ByteSequence.from("/kafscale/metadata/snapshot", UTF_8);

    private static final String TOPICS = "/kafscale/topics/";
    private static final int MOST_DIGITS = 19;

    /** What the next_offset keys of whatever topics begin with. */
    static final ByteSequence NEXT_OFFSETS = ByteSequence.from(TOPICS, UTF_8);

    private BrokerKeys() {}

    /** What the next_offset keys of all these topics begin with, as narrow as one prefix can be. */
    static ByteSequence nextOffsets(Collection<String> topics) {
        return topics.size() == 1
                ? ByteSequence.from(TOPICS + topics.iterator().next() + "/partitions/", UTF_8)
                : NEXT_OFFSETS;
    }

    /** The partition whose next_offset this key holds, or null when it is any other key. */
    static @Nullable TopicPartition partitionOf(ByteSequence key) {
        String text = key.toString(UTF_8);
        if (!text.startsWith(TOPICS)) {
            return null;
        }
        String[] path = text.substring(TOPICS.length()).split("/", -1);
        boolean isNextOffset = path.length == 4 && path[1].equals("partitions") && path[3].equals("next_offset");
        return isNextOffset ? EtcdKeys.partition(path[0], path[2]) : null;
    }

    /** The offset in the value of such a key, or -1 when there is none. */
    static long nextOffset(ByteSequence value) {
        String text = value.toString(UTF_8).strip();
        boolean isNumber = !text.isEmpty()
                && text.length() <= MOST_DIGITS
                && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        try {
            return isNumber ? Long.parseLong(text) : -1;
        } catch (NumberFormatException e) {
            return -1; // of 19 digits, and yet too large
        }
    }
}
