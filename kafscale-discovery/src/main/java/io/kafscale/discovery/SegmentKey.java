package io.kafscale.discovery;

import io.kafscale.segment.TopicPartition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key of one half of a segment, as brokers build it:
 *
 * <pre>
 * {namespace}/{topic}/{partition}/segment-{base offset, 20 digits}.kfs
 * {namespace}/{topic}/{partition}/segment-{base offset, 20 digits}.index
 * </pre>
 *
 * @param namespace what stands before the topic; may hold slashes, and is empty when topics lie at the top
 * @param partition whose records the segment holds
 * @param baseOffset the first offset in the segment, 0 or greater
 * @param half which of the two objects this is
 */
public record SegmentKey(String namespace, TopicPartition partition, long baseOffset, Half half) {

    /** The two objects that make a segment; in the order in which their keys sort. */
    public enum Half {
        /** Where batches begin in the other half. */
        INDEX(".index"),
        /** The records. */
        SEGMENT(".kfs");

        private final String suffix;

        Half(String suffix) {
            this.suffix = suffix;
        }
    }

    private static final String NAME = "segment-";

    private static final int DIGITS = 20;

    private static final List<Half> HALVES = List.of(Half.values());

    public SegmentKey {
        checkNamespace(namespace);
        if (baseOffset < 0) {
            throw new IllegalArgumentException("base offset " + baseOffset + " of " + partition + " is negative");
        }
    }

    /** The key, or null when {@code key} is that of anything else: a manifest, a time index, a large-file blob. */
    public static @Nullable SegmentKey parse(String key) {
        int nameAt = key.lastIndexOf('/') + 1;
        int partitionAt = key.lastIndexOf('/', nameAt - 2) + 1;
        int topicAt = key.lastIndexOf('/', partitionAt - 2) + 1;
        if (partitionAt == 0 || !key.startsWith(NAME, nameAt) || key.charAt(0) == '/') {
            return null;
        }
        Half half = half(key, nameAt + NAME.length());
        long baseOffset = half == null ? -1 : baseOffset(key, nameAt + NAME.length());
        int partition = parsePartition(key.substring(partitionAt, nameAt - 1));
        String topic = key.substring(topicAt, partitionAt - 1);
        if (half == null || baseOffset < 0 || partition < 0 || !TopicPartition.isLegalTopic(topic)) {
            return null;
        }
        String namespace = topicAt == 0 ? "" : key.substring(0, topicAt - 1);
        return namespace.endsWith("/")
                ? null
                : new SegmentKey(namespace, new TopicPartition(topic, partition), baseOffset, half);
    }

    /** The key as the object store knows it. */
    public String key() {
        return stem(namespace, partition, baseOffset) + half.suffix;
    }

    /** The same as {@link #key()}. */
    @Override
    public String toString() {
        return key();
    }

    /** What all keys of a namespace begin with. */
    static String prefix(String namespace) {
        return namespace.isEmpty() ? "" : namespace + "/";
    }

    /** What all keys of a topic begin with. */
    static String prefix(String namespace, String topic) {
        return prefix(namespace) + topic + "/";
    }

    /** What all segments' keys of a partition begin with. */
    static String prefix(String namespace, TopicPartition partition) {
        return prefix(namespace, partition.topic()) + partition.partition() + "/" + NAME;
    }

    /** What both keys of a segment begin with; sorts before them, and after those of all lower base offsets. */
    static String stem(String namespace, TopicPartition partition, long baseOffset) {
        String digits = Long.toString(baseOffset);
        return prefix(namespace, partition) + "0".repeat(DIGITS - digits.length()) + digits;
    }

    /** The partition's number, or -1 when {@code name} is none: a decimal int32 without sign or padding. */
    static int parsePartition(String name) {
        boolean digitsOnly = !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
        boolean padded = name.length() > 1 && name.charAt(0) == '0';
        if (!digitsOnly || padded || name.length() > 10) {
            return -1;
        }
        long number = Long.parseLong(name);
        return number <= Integer.MAX_VALUE ? (int) number : -1;
    }

    static void checkNamespace(String namespace) {
        if (namespace.startsWith("/") || namespace.endsWith("/")) {
            throw new IllegalArgumentException(
                    "namespace \"" + namespace + "\" begins or ends with a slash; leave it out");
        }
    }

    /** Which half a key is of, or null when what stands behind its 20 digits says neither. */
    static @Nullable Half half(String key, int digitsAt) {
        for (Half half : HALVES) {
            if (key.length() == digitsAt + DIGITS + half.suffix.length() && key.endsWith(half.suffix)) {
                return half;
            }
        }
        return null;
    }

    /**
     * The base offset in a key of which {@link #half} was told, or -1 when there is none. The greatest long is not taken,
     * as nothing could follow it.
     */
    static long baseOffset(String key, int digitsAt) {
        long offset = 0;
        for (int i = digitsAt; i < digitsAt + DIGITS; i++) {
            int digit = key.charAt(i) - '0';
            if (digit < 0 || digit > 9 || offset > (Long.MAX_VALUE - 1 - digit) / 10) {
                return -1;
            }
            offset = offset * 10 + digit;
        }
        return offset;
    }
}
