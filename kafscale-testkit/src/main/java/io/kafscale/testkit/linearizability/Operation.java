package io.kafscale.testkit.linearizability;

/**
 * One call in a history. It takes effect at one moment between {@code invoked} and {@code returned}; when its answer never
 * came, at any moment after {@code invoked}, or at none.
 *
 * @param number tells operations apart
 * @param thread who called, for people
 * @param call what was asked, and what was answered
 * @param invoked nanoseconds since any moment, just before the call
 * @param returned on the same clock, just after it, or {@link #NEVER}
 */
record Operation<C>(int number, String thread, C call, long invoked, long returned) {

    /** Stands for the return of a call without an answer. */
    static final long NEVER = Long.MAX_VALUE;

    boolean isUnanswered() {
        return returned == NEVER;
    }
}
