package io.kafscale.processor;

/** Who is asked which topics and partitions there are, and who tells of new segments. */
public enum DiscoveryMode {

    /**
     * The brokers' catalog, when one was given and as long as it can be read; else the object store. A wanted topic that is
     * not in the catalog is looked for in the object store all the same.
     */
    AUTO,

    /** The brokers' catalog in etcd alone: while it cannot be read, nothing new is taken up. */
    ETCD,

    /** The object store alone, also when a catalog was given. */
    S3
}
