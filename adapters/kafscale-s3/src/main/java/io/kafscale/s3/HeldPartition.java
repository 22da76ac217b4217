package io.kafscale.s3;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.s3.ConditionalObjects.Written;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A partition this session acquired, and what it knows of the partition's object.
 *
 * <p>A write whose answer was lost may land at any later time. It replaces the ETag that was last seen when it was sent,
 * and so does every write after it until one is answered; of all these S3 applies one, and a late one can turn nothing
 * back. When that one was not the latest, the latest is refused, finds one of this session's writes in its place, and is
 * sent once more to replace that.
 *
 * <p>Thread safe. One request at a time, since each goes by the ETag that the one before left behind.
 */
final class HeldPartition {

    private static final Outcome APPLIED = new Outcome.Applied();

    private final ConditionalObjects objects;
    private final String key;
    private final Lease lease;
    private PartitionValue seen;
    private String etag;

    /** Sent to replace what was last seen, and not answered. */
    private final Set<PartitionValue> unanswered = new HashSet<>();

    /** The last checkpoint known to have been written under this lease. */
    private @Nullable Checkpoint committed;

    private volatile boolean releasing;
    private volatile boolean released;

    HeldPartition(ConditionalObjects objects, String key, Lease lease, PartitionValue seen, String etag) {
        this.objects = objects;
        this.key = key;
        this.lease = lease;
        this.seen = seen;
        this.etag = etag;
    }

    Lease lease() {
        return lease;
    }

    /** Whether it was not given back; if it is being given back, it may still be held. */
    boolean isKept() {
        return !released;
    }

    /** Whether a release was sent, which may yet arrive. */
    boolean isReleasing() {
        return releasing;
    }

    synchronized Outcome commit(Checkpoint wanted) {
        if (released) {
            return new Outcome.Fenced("it was released");
        }
        // Twice, because an earlier one of ours may have come in between.
        for (int attempt = 0; attempt < 2; attempt++) {
            Checkpoint checkpoint = committed != null && wanted.isBefore(committed) ? committed : wanted;
            PartitionValue value = seen.committed(checkpoint);
            try {
                Written written = objects.write(key, value.toJson(), etag);
                if (written instanceof Written.Applied applied) {
                    saw(value, applied.etag());
                    committed = checkpoint;
                    return APPLIED;
                }
                Outcome met = meet((Written.Refused) written);
                if (!(met instanceof Outcome.Applied)) {
                    return met;
                }
                if (committed != null && (wanted.equals(committed) || wanted.isBefore(committed))) {
                    return APPLIED;
                }
            } catch (IOException e) {
                unanswered.add(value);
                return new Outcome.Unknown(e);
            }
        }
        return new Outcome.Unknown(new IOException("the checkpoint of " + lease.partition() + " in " + objects.name(key)
                + " was changed again and again; commit again"));
    }

    /** Takes note of what was found instead of what was seen; applied if an earlier write of ours has put it there. */
    private Outcome meet(Written.Refused refused) throws IOException {
        StoredObject object = refused.found();
        if (object == null) {
            return new Outcome.Fenced("no object");
        }
        PartitionValue found = PartitionValue.of(object);
        if (!found.isOwnedUnder(lease)) {
            return new Outcome.Fenced(found.describeOwner());
        }
        boolean ours = unanswered.contains(found);
        saw(found, object.etag());
        if (!ours) {
            return new Outcome.Conflict(found.checkpoint());
        }
        committed = found.checkpoint();
        return APPLIED;
    }

    synchronized Outcome release() {
        if (released) {
            return APPLIED;
        }
        boolean sentBefore = releasing;
        releasing = true;
        for (int attempt = 0; attempt < 2; attempt++) {
            PartitionValue value = seen.released();
            try {
                Written written = objects.write(key, value.toJson(), etag);
                if (written instanceof Written.Applied) {
                    released = true;
                    return APPLIED;
                }
                Written.Refused refused = (Written.Refused) written;
                Outcome met = meet(refused);
                if (met instanceof Outcome.Fenced) {
                    // If an earlier release was sent, then that it is gone is what was asked for. And if this session
                    // took
                    // the partition anew meanwhile, it did so in place of the release.
                    released = sentBefore || isOursAgain(refused.found());
                    return released ? APPLIED : met;
                }
            } catch (IOException e) {
                unanswered.add(value);
                return new Outcome.Unknown(e);
            }
        }
        return new Outcome.Unknown(new IOException("the lease of " + lease.partition() + " in " + objects.name(key)
                + " was changed again and again; release again"));
    }

    private boolean isOursAgain(@Nullable StoredObject object) throws IOException {
        return object != null
                && lease.memberId().equals(PartitionValue.of(object).owner());
    }

    private void saw(PartitionValue value, String newEtag) {
        seen = value;
        etag = newEtag;
        // They were all to replace what is gone now.
        unanswered.clear();
    }
}
