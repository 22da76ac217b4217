package io.kafscale.testkit.linearizability;

/**
 * One call in a history. It takes effect at one moment between {@code invoked} and {@code returned}; when its answer never
 * came, it does so or does not.
 *
 * @param number tells operations apart
 * @param thread who called, for people
 * @param call what was asked, and what was answered
 * @param invoked nanoseconds since any moment, just before the call
 * @param returned on the same clock, just after it; of a call without an answer the last moment at which it may take effect,
 *     or {@link #NEVER}
 * @param isUnanswered whether its answer never came
 */
record Operation<C>(int number, String thread, C call, long invoked, long returned, boolean isUnanswered) {

    /** Stands for the end of a call that may take effect at any later time. */
    static final long NEVER = Long.MAX_VALUE;

    /** A call that was answered; or, if it {@linkplain #NEVER never} returned, one that was not. */
    Operation(int number, String thread, C call, long invoked, long returned) {
        this(number, thread, call, invoked, returned, returned == NEVER);
    }
}
