package io.kafscale.processor.runtime;

/**
 * How far a partition reaches as its broker says, and what has come of looking there. It is a reason to look and nothing
 * else: it may overshoot, lag, go back, or be told before anything can be seen.
 *
 * <p>Each time it moves, one segment may be looked for by name; whatever that does not settle is listed. What a listing
 * does not show either is looked for a few times more, later each time, and then left to the polls.
 */
final class EndHint {

    /** With the pauses of {@link Backoff} in between, some 20 s. */
    private static final int MOST_LOOKS = 8;

    private final Backoff looking;
    private long end = -1;
    private boolean mayGuess;
    private boolean movedSinceListing;

    EndHint(Backoff looking) {
        this.looking = looking;
    }

    /** The offset after the last one that is said to be there, or -1. */
    long end() {
        return end;
    }

    /** When to look, unless it was never in vain. */
    Backoff looking() {
        return looking;
    }

    void moved(long nextOffset) {
        if (nextOffset != end) {
            end = nextOffset;
            looking.succeeded();
            mayGuess = true;
            movedSinceListing = true;
        }
    }

    /** Whether there should be more than what reaches up to {@code knownEnd}, and it is worth while to look. */
    boolean isAheadOf(long knownEnd) {
        return end > knownEnd && looking.failures() < MOST_LOOKS;
    }

    /** Whether a segment may be looked for by name. */
    boolean mayGuess() {
        return mayGuess;
    }

    /** One is being looked for. */
    void guessing() {
        mayGuess = false;
    }

    /** It was there and reaches up to {@code knownEnd}. If there is more, then a listing shows all of that at once. */
    void guessed(long knownEnd) {
        if (end > knownEnd) {
            mayGuess = false;
        }
    }

    void listing() {
        movedSinceListing = false;
    }

    /** A listing has ended. */
    void listed(boolean somethingNew, long knownEnd, long nowNanos) {
        if (somethingNew) {
            looking.succeeded();
        } else if (end > knownEnd && !movedSinceListing) {
            looking.failed(nowNanos);
        }
    }
}
