package io.kafscale.etcd;

import io.etcd.jetcd.KeyValue;
import io.kafscale.discovery.TopicCatalog;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The topics and partitions that KafScale's brokers keep in their etcd, and how far each reaches. Nothing is written.
 *
 * <p>To look topics up is one read, of the brokers' snapshot of their metadata. To watch is one read of how far all
 * partitions reach and two watches; etcd tells the rest by itself. A watch that breaks begins anew, with that read, every
 * second until it holds.
 *
 * <p>Thread safe. Nothing is connected to before the first call.
 */
public final class EtcdTopicCatalog implements TopicCatalog {

    private final EtcdClient etcd;
    private @Nullable BrokerWatch watch;

    EtcdTopicCatalog(EtcdClient etcd) {
        this.etcd = etcd;
    }

    /**
     * A catalog in an etcd that asks for no password.
     *
     * @param endpoint such as {@code http://etcd:2379}
     * @param more members of the same etcd cluster
     * @throws IllegalArgumentException when one is not of the form {@code http://host:port}, or {@code https}
     */
    public static EtcdTopicCatalog connect(String endpoint, String... more) {
        return builder(endpoint, more).build();
    }

    /**
     * To say more than where etcd is.
     *
     * @param endpoint such as {@code http://etcd:2379}
     * @param more members of the same etcd cluster
     * @throws IllegalArgumentException when one is not of the form {@code http://host:port}, or {@code https}
     */
    public static EtcdTopicCatalogBuilder builder(String endpoint, String... more) {
        return new EtcdTopicCatalogBuilder(endpoint, more);
    }

    @Override
    public SortedSet<String> topics() throws IOException {
        return snapshot().topics();
    }

    @Override
    public SortedSet<TopicPartition> partitions(Collection<String> topics) throws IOException {
        BrokerSnapshot snapshot = snapshot();
        SortedSet<TopicPartition> partitions = new TreeSet<>();
        topics.forEach(topic -> partitions.addAll(snapshot.partitions(topic)));
        return partitions;
    }

    private BrokerSnapshot snapshot() throws IOException {
        List<KeyValue> found = etcd.call(
                        "reading the brokers' topics",
                        client -> client.getKVClient().get(BrokerKeys.SNAPSHOT))
                .getKvs();
        if (found.isEmpty()) {
            throw new IOException(etcd.name() + " has no key " + BrokerKeys.SNAPSHOT
                    + "; check that this is the etcd of the KafScale brokers");
        }
        try {
            return BrokerSnapshot.parse(found.get(0).getValue().getBytes());
        } catch (IOException e) {
            throw new IOException(
                    "the value of key " + BrokerKeys.SNAPSHOT + " in " + etcd.name()
                            + " is not a snapshot as KafScale brokers write it (" + e.getMessage() + ")",
                    e);
        }
    }

    @Override
    public void watch(Collection<String> topics, Listener listener) {
        watch(new BrokerWatch(etcd, BrokerKeys.nextOffsets(topics), Set.copyOf(topics)::contains, listener));
    }

    @Override
    public void watch(Predicate<String> topics, Listener listener) {
        watch(new BrokerWatch(etcd, BrokerKeys.NEXT_OFFSETS, topics, listener));
    }

    private synchronized void watch(BrokerWatch begun) {
        if (watch != null) {
            begun.close();
            throw new IllegalStateException("this catalog is being watched already");
        }
        watch = begun;
        begun.start();
    }

    /** Its etcd, as {@code etcd at http://etcd:2379}. */
    @Override
    public String describe() {
        return etcd.name();
    }

    @Override
    public String toString() {
        return describe();
    }

    @Override
    public synchronized void close() {
        if (watch != null) {
            watch.close();
        }
        etcd.close();
    }
}
