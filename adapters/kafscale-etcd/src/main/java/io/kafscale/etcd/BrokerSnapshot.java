package io.kafscale.etcd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The topics in the brokers' snapshot of their cluster. Since 1.6.0 brokers spell the name of a topic {@code Topic} and the
 * number of a partition {@code Partition}; before that it was {@code Name} and {@code PartitionIndex}:
 *
 * <pre>
 *   {"Brokers":[…], "ControllerID":0, "Topics":[
 *       {"ErrorCode":0, "Topic":"orders", …, "Partitions":[
 *           {"ErrorCode":0, "Partition":0, …}, …]}, …], "ClusterName":"demo", …}
 * </pre>
 *
 * <p>{@code Topics} and {@code Partitions} may be null. What has an error code other than 0 is not there. A topic that was
 * deleted may be.
 */
final class BrokerSnapshot {

    private static final JsonFactory JSON = new JsonFactory();

    private final SortedMap<String, SortedSet<TopicPartition>> topics = new TreeMap<>();

    private BrokerSnapshot() {}

    /**
     * Reads the value of {@link BrokerKeys#SNAPSHOT}.
     *
     * @throws IOException when it is not such a snapshot
     */
    static BrokerSnapshot parse(byte[] json) throws IOException {
        BrokerSnapshot snapshot = new BrokerSnapshot();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is not a JSON object");
            }
            boolean hasTopics = false;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isTopics = parser.currentName().equals("Topics");
                hasTopics |= isTopics;
                JsonToken value = parser.nextToken();
                if (isTopics && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        snapshot.readTopic(parser);
                    }
                } else {
                    parser.skipChildren();
                }
            }
            if (!hasTopics) {
                throw new IOException("it has no Topics");
            }
        }
        return snapshot;
    }

    SortedSet<String> topics() {
        return new TreeSet<>(topics.keySet());
    }

    /** None for a topic that is not there. */
    SortedSet<TopicPartition> partitions(String topic) {
        return topics.getOrDefault(topic, Collections.emptySortedSet());
    }

    private void readTopic(JsonParser parser) throws IOException {
        String name = "";
        SortedSet<Integer> partitions = new TreeSet<>();
        boolean isSound = true;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (field) {
                case "Topic", "Name" -> name = value == JsonToken.VALUE_STRING ? parser.getText() : name;
                case "ErrorCode" -> isSound = number(parser) == 0;
                case "Partitions" -> {
                    while (value == JsonToken.START_ARRAY && parser.nextToken() == JsonToken.START_OBJECT) {
                        readPartition(parser, partitions);
                    }
                }
                default -> parser.skipChildren();
            }
        }
        if (isSound && TopicPartition.isLegalTopic(name)) {
            SortedSet<TopicPartition> all = new TreeSet<>();
            for (int partition : partitions) {
                all.add(new TopicPartition(name, partition));
            }
            topics.put(name, Collections.unmodifiableSortedSet(all));
        }
    }

    private static void readPartition(JsonParser parser, SortedSet<Integer> partitions) throws IOException {
        long partition = -1;
        boolean isSound = true;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "Partition", "PartitionIndex" -> partition = number(parser);
                case "ErrorCode" -> isSound = number(parser) == 0;
                default -> parser.skipChildren();
            }
        }
        if (isSound && partition >= 0 && partition <= Integer.MAX_VALUE) {
            partitions.add((int) partition);
        }
    }

    private static long number(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return parser.getLongValue();
        }
        parser.skipChildren();
        return -1;
    }
}
