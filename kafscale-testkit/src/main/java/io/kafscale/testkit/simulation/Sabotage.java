package io.kafscale.testkit.simulation;

/** A defect put in on purpose, to see that the simulation finds it. */
public enum Sabotage {
    /** None: the library as it is. */
    NONE,
    /** A batch that its sink refused counts as confirmed. */
    COMMIT_PAST_FAILURE,
    /** The checkpoint store applies every commit, whoever owns the partition. */
    UNFENCED_COMMIT,
    /** A worker that is to end gives its partitions back while a sink still has their records. */
    RELEASE_BEFORE_DRAIN,
    /** When a segment is written anew, the offset goes back to where that begins. */
    OFFSET_BACK_AT_REWRITE,
    /** The listing that is to confirm a hole shows what the one before it did. */
    GAP_BELIEVED_AT_ONCE,
    /** Time stands still for the lease: a worker goes on dispatching after it was paused. */
    LEASE_NEVER_ENDS,
    /** A segment that is looked for by name is taken without its index. */
    HALF_A_SEGMENT_BY_NAME
}
