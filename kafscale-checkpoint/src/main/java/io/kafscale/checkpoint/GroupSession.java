package io.kafscale.checkpoint;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.List;

/**
 * One member's membership in a group, from {@link CheckpointStore#join} until it leaves or is declared dead.
 *
 * <p><b>Fencing.</b> {@link #acquire} yields a lease whose token is greater than any before it for that partition.
 * {@link #commit} and {@link #release} apply only while exactly that lease is the partition's; a member that was paused
 * past its TTL changes nothing.
 *
 * <p><b>Unknown outcomes.</b> A write whose reply was lost may have been applied, or may yet be. Every write is therefore
 * conditional, and repeating it is always right: a repeated call that finds its own earlier write answers as if it had
 * just been applied.
 *
 * <p>Thread safe. All calls block; none retries.
 */
public interface GroupSession {

    /** This member's id, unique for every session ever. */
    String memberId();

    /**
     * Renews all this member owns with one write, and says who owns what at that moment. The caller counts the TTL from
     * before the call.
     *
     * @throws SessionExpiredException when the member was declared dead: all its leases are gone for good; join again
     * @throws IOException when it is not known whether the renewal arrived
     */
    GroupView heartbeat() throws IOException;

    /**
     * Takes a partition that nobody owns. One that this very session already owns is adopted: its lease is returned once
     * more. A member that was declared dead gets {@link Acquisition.Unknown} with a {@link SessionExpiredException}.
     */
    Acquisition acquire(TopicPartition partition);

    /**
     * Moves checkpoints, each for itself: one that is fenced does not keep the others back.
     *
     * <p>Under one lease a position never goes back within an epoch, whatever is repeated or arrives late: a commit that
     * this session has already gone past ({@link Checkpoint#isBefore}) changes nothing and is answered as applied.
     *
     * @return one outcome per commit, in their order
     */
    List<Outcome> commit(List<Commit> commits);

    /** Gives a partition back, if {@code lease} still is its lease. Its checkpoint stays. */
    Outcome release(Lease lease);

    /**
     * Has {@code hint} called, from any thread, soon after ownership in the group changed. It is only a hint: calls may be
     * missing or needless, and heartbeats alone must suffice.
     */
    default void onChange(Runnable hint) {}

    /**
     * Leaves the group. Leases that were not released are not given up early: they end with the TTL, since a sink may
     * still be writing under them, and until then they may be committed under and released. Nothing else is possible any
     * more; leaving again does nothing.
     *
     * @throws IOException when the store could not be told; the TTL then ends the membership
     */
    void leave() throws IOException;
}
