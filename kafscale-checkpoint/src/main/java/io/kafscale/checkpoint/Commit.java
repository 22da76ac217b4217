package io.kafscale.checkpoint;

/**
 * A wish to move a partition's checkpoint.
 *
 * @param lease under which it is made
 * @param checkpoint what is to be stored
 */
public record Commit(Lease lease, Checkpoint checkpoint) {}
