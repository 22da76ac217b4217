package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.processor.BatchContext;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;

/** One period of owning one partition: what its sink may ask, and what tells late results of an earlier period apart. */
public final class Ownership implements BatchContext {

    private final GroupSession session;
    private final Lease lease;
    private final long epoch;
    private final LeaseTerm term;
    private volatile boolean revoked;

    Ownership(GroupSession session, Lease lease, long epoch, LeaseTerm term) {
        this.session = session;
        this.lease = lease;
        this.epoch = epoch;
        this.term = term;
    }

    /** The same lease, under a later epoch: for the partition to begin anew somewhere else. */
    Ownership under(long laterEpoch) {
        return new Ownership(session, lease, laterEpoch, term);
    }

    GroupSession session() {
        return session;
    }

    Lease lease() {
        return lease;
    }

    /** What is owned. */
    public TopicPartition partition() {
        return lease.partition();
    }

    void revoke() {
        revoked = true;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public Duration remainingLease() {
        return revoked ? Duration.ZERO : Duration.ofNanos(term.remainingNanos());
    }

    @Override
    public boolean isRevoked() {
        return revoked || term.isOver();
    }
}
