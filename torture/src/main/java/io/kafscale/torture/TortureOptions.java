package io.kafscale.torture;

import io.kafscale.segment.TopicPartition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One run.
 *
 * @param store where leases and offsets are
 * @param sink where records go
 * @param seed of what is done and when; how the processes take it differs from run to run
 * @param faults how long there are faults
 * @param workers how many there are to be
 * @param topics what is written and processed
 * @param partitions of each topic
 * @param parent the directory below which this run's own is made
 */
record TortureOptions(
        StoreKind store,
        SinkKind sink,
        long seed,
        Duration faults,
        int workers,
        List<String> topics,
        int partitions,
        Path parent) {

    private static final Duration TTL = Duration.ofSeconds(4);

    TortureOptions {
        topics = List.copyOf(topics);
    }

    /** Of the workers' leases; short, so that minutes show many of them end. */
    Duration ttl() {
        return TTL;
    }

    /** Store and sink, as a name for its directory. */
    String name() {
        return sink == SinkKind.LEDGER ? store.toString() : store + "-to-" + sink;
    }

    /** Where ledgers, histories and logs go; made anew. */
    Path directory() {
        return parent.resolve(name());
    }

    /** What all workers have in common that those of other runs need not have. */
    Traits traits() {
        return Traits.ofRun(this);
    }

    List<TopicPartition> topicPartitions() {
        List<TopicPartition> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            for (String topic : topics) {
                all.add(new TopicPartition(topic, partition));
            }
        }
        return all;
    }
}
