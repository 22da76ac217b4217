package io.kafscale.etcd;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.GetOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@code {prefix}/watermarks/{topic}} at the lowest watermark of the topic's partitions, as Go processors do; they
 * after every commit, this at most every 10 s. Only dashboards read it: nothing waits for it, and a failure is logged.
 */
final class TopicWatermarks {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdCheckpointStore.class);
    private static final GetOption ALL_BELOW =
            GetOption.builder().isPrefix(true).build();
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final EtcdClient etcd;
    private final EtcdKeys keys;

    /** The topics that moved since they were last written, and from when on they may be written again. */
    private final Map<String, Long> due = new HashMap<>();

    /** The same moment of every topic ever written. */
    private final Map<String, Long> notBefore = new HashMap<>();

    TopicWatermarks(EtcdClient etcd, EtcdKeys keys) {
        this.etcd = etcd;
        this.keys = keys;
    }

    synchronized void moved(String topic) {
        due.putIfAbsent(topic, notBefore.getOrDefault(topic, System.nanoTime()));
    }

    void publishDue() {
        publish(false);
    }

    void publishAll() {
        publish(true);
    }

    private void publish(boolean all) {
        for (String topic : takeDue(all)) {
            CompletableFuture<?> done = etcd.send(client -> client.getKVClient()
                    .get(keys.watermarks(topic), ALL_BELOW)
                    .thenCompose(partitions -> copyLowest(client, topic, partitions.getKvs())));
            var unused = done.whenComplete((ignored, failure) -> {
                if (failure != null) {
                    LOG.warn(
                            "the watermark of topic {} was not written to {}: {}",
                            topic,
                            etcd.name(),
                            failure.toString());
                }
            });
        }
    }

    private synchronized List<String> takeDue(boolean all) {
        long now = System.nanoTime();
        List<String> topics = new ArrayList<>();
        for (Iterator<Map.Entry<String, Long>> moved = due.entrySet().iterator(); moved.hasNext(); ) {
            Map.Entry<String, Long> topic = moved.next();
            if (all || topic.getValue() - now <= 0) {
                topics.add(topic.getKey());
                notBefore.put(topic.getKey(), now + INTERVAL_NANOS);
                moved.remove();
            }
        }
        return topics;
    }

    private CompletableFuture<?> copyLowest(Client client, String topic, List<KeyValue> partitions) {
        KeyValue lowest = null;
        long lowestOffset = Long.MAX_VALUE;
        try {
            for (KeyValue partition : partitions) {
                long offset = OffsetValue.of(partition).checkpoint().nextOffset();
                if (lowest == null || offset < lowestOffset) {
                    lowest = partition;
                    lowestOffset = offset;
                }
            }
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        return lowest == null
                ? CompletableFuture.completedFuture(null)
                : client.getKVClient().put(keys.watermark(topic), lowest.getValue());
    }
}
