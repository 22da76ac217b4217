/**
 * Leases and offsets in etcd: {@link io.kafscale.etcd.EtcdCheckpointStore}. Topics and partitions as the brokers keep them
 * there: {@link io.kafscale.etcd.EtcdTopicCatalog}.
 */
@NullMarked
package io.kafscale.etcd;

import org.jspecify.annotations.NullMarked;
