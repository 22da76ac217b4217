package io.kafscale.processor;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is done when a {@link Stage} fails: it is tried again, with pauses that grow and vary, for ever or so many times, and
 * then something else is done. While it is tried, the partition is reported as blocked, and heartbeats go on; losing the
 * lease ends it.
 *
 * <p>{@link Action#DEAD_LETTER} and {@link Action#SKIP} are about single records. Where it is not known which one is to
 * blame, the batch is halved until one record alone fails as often as the policy says. A sink or transform that throws
 * {@link RecordFailedException} names it. Choose attempts and pauses with the longest outage of your sink in mind: while
 * everything fails, every record looks like a bad one.
 *
 * @param attempts after so many failures in a row {@code then} is done; {@link Integer#MAX_VALUE} for never
 * @param then what is done then, or null to try for ever
 * @param firstPause before the second attempt, on average three quarters of it; the pause doubles with each failure
 * @param longestPause it grows no further than this
 */
public record ErrorPolicy(int attempts, @Nullable Action then, Duration firstPause, Duration longestPause) {

    /** The pause before the second attempt, unless told otherwise. */
    public static final Duration DEFAULT_FIRST_PAUSE = Duration.ofMillis(100);

    /** The longest pause between attempts, unless told otherwise. */
    public static final Duration DEFAULT_LONGEST_PAUSE = Duration.ofSeconds(30);

    /** What is done in the end. */
    public enum Action {
        /** The record goes to the {@link DeadLetterSink}; once that has it, what follows is delivered. Counted. */
        DEAD_LETTER,
        /** The record is passed over. Reported and counted as lost. */
        SKIP,
        /** Nothing more of this partition is delivered until a person has looked; the others go on. */
        STOP_PARTITION,
        /** The processor drains and ends, and {@link Processor#run()} throws. */
        STOP_PROCESSOR
    }

    public ErrorPolicy {
        Objects.requireNonNull(firstPause, "firstPause");
        Objects.requireNonNull(longestPause, "longestPause");
        if (attempts < 1) {
            throw new IllegalArgumentException("a policy takes at least 1 attempt, not " + attempts);
        }
        if (firstPause.isNegative() || firstPause.isZero() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("pauses between attempts grow from " + firstPause + " to " + longestPause
                    + "; the first must be above 0, and the longest not shorter than it");
        }
    }

    /** Tries for ever: the default of every stage. */
    public static ErrorPolicy retryForever() {
        return new ErrorPolicy(Integer.MAX_VALUE, null, DEFAULT_FIRST_PAUSE, DEFAULT_LONGEST_PAUSE);
    }

    /**
     * Tries so many times, then does {@code then}.
     *
     * @param attempts at least 1, the first one included
     */
    public static ErrorPolicy afterAttempts(int attempts, Action then) {
        return new ErrorPolicy(
                attempts, Objects.requireNonNull(then, "then"), DEFAULT_FIRST_PAUSE, DEFAULT_LONGEST_PAUSE);
    }

    /** The same with other pauses. */
    public ErrorPolicy withPauses(Duration first, Duration longest) {
        return new ErrorPolicy(attempts, then, first, longest);
    }

    /** Whether {@link #then()} is about single records. */
    public boolean isolatesRecords() {
        return then == Action.DEAD_LETTER || then == Action.SKIP;
    }
}
