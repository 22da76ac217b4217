package io.kafscale.etcd;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.GroupSession;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Leases and offsets in etcd 3.4 or later.
 *
 * <p>Everything of a group lies under {@code kafscale/{group}}. To share a group with KafScale's Go processors, or to take
 * over from them, name the prefix they use: {@code builder("http://etcd:2379").keyPrefix("processors")}. Their leases are
 * respected, their offsets read, and they can read what is written here.
 *
 * <p>A partition's lease is a key, put once, on the member's etcd lease; the key's mod revision is the fencing token. Every
 * commit and release is a transaction on that revision. One heartbeat costs one renewal and one range read however many
 * partitions are held, and up to 40 commits travel in one request.
 *
 * <p>Thread safe. Nothing is connected to before the first {@link #join}.
 */
public final class EtcdCheckpointStore implements CheckpointStore {

    private final EtcdClient etcd;
    private final @Nullable String keyPrefix;

    EtcdCheckpointStore(EtcdClient etcd, @Nullable String keyPrefix) {
        this.etcd = etcd;
        this.keyPrefix = keyPrefix;
    }

    /**
     * A store in an etcd that asks for no password.
     *
     * @param endpoint such as {@code http://etcd:2379}
     * @param more members of the same etcd cluster
     * @throws IllegalArgumentException when one is not of the form {@code http://host:port}, or {@code https}
     */
    public static EtcdCheckpointStore connect(String endpoint, String... more) {
        return builder(endpoint, more).build();
    }

    /**
     * To say more than where etcd is.
     *
     * @param endpoint such as {@code http://etcd:2379}
     * @param more members of the same etcd cluster
     * @throws IllegalArgumentException when one is not of the form {@code http://host:port}, or {@code https}
     */
    public static EtcdCheckpointStoreBuilder builder(String endpoint, String... more) {
        return new EtcdCheckpointStoreBuilder(endpoint, more);
    }

    /**
     * {@inheritDoc}
     *
     * <p>etcd counts in whole seconds: fractions are rounded up, and anything below 2 s lives 2 s. A member is never declared
     * dead before its TTL.
     *
     * @throws IllegalArgumentException when {@code group} is empty, or has a {@code /} in it and no key prefix was set
     */
    @Override
    public GroupSession join(String group, Duration ttl) throws IOException {
        if (group.isEmpty() || (keyPrefix == null && group.contains("/"))) {
            throw new IllegalArgumentException(
                    "\"" + group + "\" cannot name a group in etcd: it must not be empty, nor contain '/'");
        }
        return keyPrefix == null
                ? EtcdSession.join(etcd, new EtcdKeys("kafscale/" + group), group, ttl, false)
                : EtcdSession.join(etcd, new EtcdKeys(keyPrefix), group, ttl, true);
    }

    @Override
    public String describe() {
        return etcd.name();
    }

    @Override
    public String toString() {
        return describe();
    }

    @Override
    public void close() {
        etcd.close();
    }
}
