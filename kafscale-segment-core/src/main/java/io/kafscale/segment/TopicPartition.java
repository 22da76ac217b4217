package io.kafscale.segment;

import java.util.Comparator;

/**
 * A partition of a topic, the unit that is read, owned and committed.
 *
 * @param topic a legal Kafka topic name: 1 to 249 of {@code [a-zA-Z0-9._-]}, not {@code .} or {@code ..}
 * @param partition the partition's number, 0 or greater
 */
public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition> {

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private static final int MAX_TOPIC_LENGTH = 249;

    public TopicPartition {
        if (!isLegalTopic(topic)) {
            throw new IllegalArgumentException("\"" + topic + "\" is not a topic name: it takes 1 to "
                    + MAX_TOPIC_LENGTH + " of a-z, A-Z, 0-9, '.', '_' and '-', and is not \".\" or \"..\"");
        }
        if (partition < 0) {
            throw new IllegalArgumentException("partition " + partition + " of topic " + topic + " is negative");
        }
    }

    /** Whether Kafka would accept {@code name} as the name of a topic. */
    public static boolean isLegalTopic(String name) {
        if (name.isEmpty() || name.length() > MAX_TOPIC_LENGTH || name.equals(".") || name.equals("..")) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean legal = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '-';
            if (!legal) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(TopicPartition other) {
        return ORDER.compare(this, other);
    }

    /** As Kafka's tools print it: {@code orders-0}. */
    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
