package io.kafscale.cli;

import io.kafscale.config.SinkConfig;
import io.kafscale.config.SinkFactory;
import io.kafscale.processor.Sink;
import io.kafscale.segment.TopicPartition;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A sink that an application brings: says how many records came of a partition. Uses nothing of the tests. */
public final class CountingSinkFactory implements SinkFactory {

    /** For the service loader. */
    public CountingSinkFactory() {}

    @Override
    public String type() {
        return "counting";
    }

    @Override
    public Sink create(SinkConfig config) {
        Map<TopicPartition, Long> counts = new ConcurrentHashMap<>();
        return batch -> {
            long size = 0;
            for (var cursor = batch.cursor(); cursor.next(); ) {
                size++;
            }
            long count = counts.merge(batch.topicPartition(), size, Long::sum);
            System.out.println(config.target() + ": " + count + " up to " + batch.nextOffset());
        };
    }
}
