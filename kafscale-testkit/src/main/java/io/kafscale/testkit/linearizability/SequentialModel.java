package io.kafscale.testkit.linearizability;

import org.jspecify.annotations.Nullable;

/**
 * An object that serves one call at a time.
 *
 * @param <S> its states; they have {@code equals}, and a text for people
 * @param <C> calls together with their answers; they have a text for people
 */
interface SequentialModel<S, C> {

    /** The state before the first call. */
    S initial();

    /**
     * The state after a call, or null when in {@code state} it cannot have been answered like that. What a call does whose
     * answer never came depends on the state alone, and when it can do nothing there, {@code state} is returned.
     */
    @Nullable
    S after(S state, C call);
}
