package io.kafscale.etcd;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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

    private static final String ROOT = "kafscale";

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
    public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
        if (group.isEmpty() || (keyPrefix == null && group.contains("/"))) {
            throw new IllegalArgumentException(
                    "\"" + group + "\" cannot name a group in etcd: it must not be empty, nor contain '/'");
        }
        return EtcdSession.join(etcd, new EtcdKeys(prefix(group)), group, subscription, ttl, keyPrefix != null);
    }

    /** {@inheritDoc} Under an explicit key prefix lives one group. */
    @Override
    public SortedSet<String> groups() throws IOException {
        if (keyPrefix == null) {
            return EtcdGroup.groups(etcd, ROOT);
        }
        String only = group(keyPrefix).name();
        return only == null ? Collections.emptySortedSet() : new TreeSet<>(Set.of(only));
    }

    @Override
    public GroupState inspect(String group) throws IOException {
        return isAnothers(group)
                ? new GroupState(new GroupView(Map.of(), Map.of()), Map.of())
                : group(prefix(group)).state();
    }

    @Override
    public void delete(String group) throws IOException {
        if (!isAnothers(group)) {
            group(prefix(group)).delete(group);
        }
    }

    private EtcdGroup group(String prefix) {
        return new EtcdGroup(etcd, new EtcdKeys(prefix));
    }

    private String prefix(String group) {
        return keyPrefix == null ? ROOT + "/" + group : keyPrefix;
    }

    private boolean isAnothers(String group) throws IOException {
        if (keyPrefix == null) {
            return false;
        }
        String only = group(keyPrefix).name();
        return only != null && !only.equals(group);
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
