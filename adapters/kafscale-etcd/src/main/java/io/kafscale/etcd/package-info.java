/** Leases and offsets in etcd; {@link io.kafscale.etcd.EtcdCheckpointStore} is where to begin. */
@NullMarked
package io.kafscale.etcd;

import org.jspecify.annotations.NullMarked;
