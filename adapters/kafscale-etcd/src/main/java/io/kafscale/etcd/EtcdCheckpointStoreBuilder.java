package io.kafscale.etcd;

import org.jspecify.annotations.Nullable;

/**
 * Says where etcd is and how to talk to it. Not thread safe; the store it builds is.
 *
 * @see EtcdCheckpointStore#builder
 */
public final class EtcdCheckpointStoreBuilder extends EtcdBuilder<EtcdCheckpointStoreBuilder> {

    private @Nullable String keyPrefix;

    EtcdCheckpointStoreBuilder(String endpoint, String... more) {
        super(endpoint, more);
    }

    @Override
    EtcdCheckpointStoreBuilder self() {
        return this;
    }

    /**
     * Has the keys lie under another prefix than {@code kafscale/{group}}; {@code processors} is the one Go processors use
     * by default. Watermarks are kept there too, as they do. Only one group can live under a prefix.
     *
     * @throws IllegalArgumentException when it is empty, or begins or ends with {@code /}
     */
    public EtcdCheckpointStoreBuilder keyPrefix(String keyPrefix) {
        if (keyPrefix.isEmpty() || keyPrefix.startsWith("/") || keyPrefix.endsWith("/")) {
            throw new IllegalArgumentException(
                    "\"" + keyPrefix + "\" is no key prefix: it must not be empty, nor begin or end with '/'");
        }
        this.keyPrefix = keyPrefix;
        return this;
    }

    /**
     * The store.
     *
     * @throws IllegalArgumentException when a certificate cannot be read, or is given for {@code http} endpoints
     */
    public EtcdCheckpointStore build() {
        return new EtcdCheckpointStore(client(), keyPrefix);
    }
}
