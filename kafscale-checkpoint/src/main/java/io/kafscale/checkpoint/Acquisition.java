package io.kafscale.checkpoint;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What came of an attempt to acquire a partition. */
public sealed interface Acquisition {

    /**
     * It is ours.
     *
     * @param lease the new lease
     * @param checkpoint where the owner before left off, or null when the group never processed this partition
     */
    record Acquired(Lease lease, @Nullable Checkpoint checkpoint) implements Acquisition {}

    /**
     * Another member owns it.
     *
     * @param memberId the owner's id
     */
    record Held(String memberId) implements Acquisition {}

    /**
     * The store did not answer, or not clearly; it may be ours, or may yet become ours: a request that was given up can
     * arrive late. Asking again tells. A member that a {@link GroupView} names as the owner of a partition it does not think
     * it owns adopts it by acquiring it.
     *
     * @param cause what happened
     */
    record Unknown(IOException cause) implements Acquisition {}
}
