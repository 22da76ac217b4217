package io.kafscale.etcd;

/**
 * Says where the brokers' etcd is and how to talk to it. Not thread safe; the catalog it builds is.
 *
 * @see EtcdTopicCatalog#builder
 */
public final class EtcdTopicCatalogBuilder extends EtcdBuilder<EtcdTopicCatalogBuilder> {

    EtcdTopicCatalogBuilder(String endpoint, String... more) {
        super(endpoint, more);
    }

    @Override
    EtcdTopicCatalogBuilder self() {
        return this;
    }

    /**
     * The catalog.
     *
     * @throws IllegalArgumentException when a certificate cannot be read, or is given for {@code http} endpoints
     */
    public EtcdTopicCatalog build() {
        return new EtcdTopicCatalog(client());
    }
}
