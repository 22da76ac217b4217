package io.kafscale.config;

/** Where leases and offsets are kept. */
enum Backend {
    ETCD,
    S3,
    JDBC,
    MEMORY
}
