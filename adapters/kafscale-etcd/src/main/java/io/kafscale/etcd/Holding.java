package io.kafscale.etcd;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Lease;
import org.jspecify.annotations.Nullable;

/**
 * A partition this session acquired, and what it knows of the checkpoint there.
 *
 * @param lease its token is the lease key's mod revision
 * @param offsetRevision the offset key's mod revision when last seen, 0 when there was no such key; the next commit
 *     replaces exactly this one
 * @param committed the last checkpoint this session is known to have written under this lease
 * @param releasing whether a release was sent
 */
record Holding(Lease lease, long offsetRevision, @Nullable Checkpoint committed, boolean releasing) {

    Holding seen(long revision) {
        return new Holding(lease, revision, committed, releasing);
    }

    Holding committed(Checkpoint checkpoint, long revision) {
        return new Holding(lease, revision, checkpoint, releasing);
    }

    Holding asReleasing() {
        return new Holding(lease, offsetRevision, committed, true);
    }
}
