package io.kafscale.processor;

import java.time.Duration;

/**
 * The right under which a batch was dispatched. A lease makes one owner dispatch, but a write already on its way can
 * outlast it; a sink that stores {@link #epoch()} with its data can refuse the older one. Thread safe.
 */
public interface BatchContext {

    /** Grows with every change of owner of the partition, also when the checkpoint store is replaced or restored. */
    long epoch();

    /** How long this owner may still dispatch if it can renew nothing from now on; zero when it no longer may. */
    Duration remainingLease();

    /** Whether the partition is no longer this owner's. What the sink still does will not be committed. */
    boolean isRevoked();
}
