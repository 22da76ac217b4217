package io.kafscale.checkpoint;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What came of a commit or a release. */
public sealed interface Outcome {

    /** It is done. */
    record Applied() implements Outcome {}

    /**
     * The lease is no longer the partition's: nothing was changed, and nothing under this lease ever will be.
     *
     * @param found what was found in its place, for people
     */
    record Fenced(String found) implements Outcome {}

    /**
     * The lease holds, but someone wrote the checkpoint without one; nothing was changed. The store has taken note of what
     * it found, and the next commit replaces it.
     *
     * @param found the foreign checkpoint, or null when it was deleted
     */
    record Conflict(@Nullable Checkpoint found) implements Outcome {}

    /**
     * The store did not answer, or not clearly; it may have been applied, or may yet be. Asking again tells.
     *
     * @param cause what happened
     */
    record Unknown(IOException cause) implements Outcome {}
}
