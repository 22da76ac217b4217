package io.kafscale.testkit.simulation;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/** Decides from a seed what fails, and counts it. Once {@link #stop() stopped}, nothing fails any more. */
final class Faults {

    /** Kinds of faults, for the report. */
    enum Kind {
        STORE_REQUEST_LOST,
        STORE_REPLY_LOST,
        STORE_WRITE_DELAYED,
        OBJECT_STORE_503,
        TORN_LISTING,
        HINT_LOST,
        SINK_FAILED,
        SINK_SLOW,
        SINK_HUNG,
        SINK_CONFIRMED_PART,
        SINK_REPLY_LOST,
        ASSIGNMENT_FAILED,
        DEAD_LETTER_FAILED,
        RECORD_KILLED_WORKER,
        PARTITION_PAUSED,
        PARTITION_SOUGHT,
        WORKER_PAUSED,
        WORKER_CRASHED,
        WORKER_REPLACED,
        UPLOAD_FAILED,
        SEGMENT_REWRITTEN,
        SEGMENT_EXPIRED,
        END_HINT_LOST,
        END_HINT_LATE,
        END_HINT_EARLY,
        END_HINT_OVERSHOOTS,
        END_HINT_GOES_BACK,
        WATCH_BROKEN
    }

    private final Random random;
    private final Map<Kind, Integer> injected = new EnumMap<>(Kind.class);
    private boolean stopped;

    Faults(long seed) {
        this.random = new Random(seed);
    }

    void stop() {
        stopped = true;
    }

    boolean happens(Kind kind, double probability) {
        // Drawn even when nothing may fail, so that the rest of the run does not depend on it.
        boolean happens = random.nextDouble() < probability && !stopped;
        if (happens) {
            injected.merge(kind, 1, Integer::sum);
        }
        return happens;
    }

    /** It happened, though nobody drew it. */
    void count(Kind kind) {
        injected.merge(kind, 1, Integer::sum);
    }

    void failSometimes(Kind kind, double probability, String what) throws IOException {
        if (happens(kind, probability)) {
            throw new IOException(what + ": simulated " + kind);
        }
    }

    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    Duration millis(int least, int most) {
        return Duration.ofMillis(between(least, most));
    }

    Random random() {
        return random;
    }

    Map<Kind, Integer> injected() {
        return Map.copyOf(injected);
    }
}
