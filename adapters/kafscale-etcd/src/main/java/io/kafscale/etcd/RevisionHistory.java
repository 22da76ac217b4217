package io.kafscale.etcd;

import io.etcd.jetcd.Response;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.PutResponse;
import io.etcd.jetcd.kv.TxnResponse;
import org.jspecify.annotations.Nullable;

/**
 * Notices that etcd was set back, as by restoring it from a snapshot: the revision, which otherwise only grows, is lower
 * than it was, or another cluster answers. What etcd then says of leases is not to be trusted for a TTL: it has forgotten
 * leases under which others may still dispatch.
 *
 * <p>It is noticed only by who knew a later revision, and only while the restored etcd has not got there by itself; so a
 * restored etcd should be started no sooner than a TTL after the old one ended. Thread safe.
 */
final class RevisionHistory {

    private long highest;
    private long cluster;
    private int setBacks;
    private long setBackNanos;
    private String message = "";

    /** The highest revision told so far. An answer to what is asked after this has at least this one. */
    synchronized long highest() {
        return highest;
    }

    /** Takes in an answer to a request that was sent when {@code before} was the highest revision. */
    synchronized void saw(@Nullable Object answer, long before) {
        boolean isLinearizable =
                answer instanceof GetResponse || answer instanceof PutResponse || answer instanceof TxnResponse;
        if (!isLinearizable || !(answer instanceof Response response)) {
            return;
        }
        long revision = response.getHeader().getRevision();
        long answering = response.getHeader().getClusterId();
        boolean isOther = highest > 0 && answering != cluster;
        // Other answers may have overtaken this one, but none that came before it was asked for.
        if (isOther || (revision < before && before <= highest)) {
            setBacks++;
            setBackNanos = System.nanoTime();
            message = isOther
                    ? "another etcd cluster answers than before"
                    : "etcd was set back from revision " + highest + " to " + revision;
            highest = revision;
        }
        highest = Math.max(highest, revision);
        cluster = answering;
    }

    /** How often it was set back. */
    synchronized int setBacks() {
        return setBacks;
    }

    /** What has happened, when it was set back. */
    synchronized String message() {
        return message;
    }

    /** Whether it was set back less than so long ago. */
    synchronized boolean wasSetBackWithin(long nanos) {
        return setBacks > 0 && System.nanoTime() - setBackNanos < nanos;
    }
}
