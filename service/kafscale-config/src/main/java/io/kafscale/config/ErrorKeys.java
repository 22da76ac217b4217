package io.kafscale.config;

import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.Stage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The keys of a stage in a section {@code errors}, and the stages. */
final class ErrorKeys {

    /** What is done in the end, as the file has it. */
    enum Then {
        RETRY,
        DEAD_LETTER,
        SKIP,
        STOP_PARTITION,
        STOP_PROCESSOR;

        /** For all but {@link #RETRY}, which never comes to an end. */
        ErrorPolicy.Action action() {
            return ErrorPolicy.Action.valueOf(name());
        }
    }

    static final Option<Long> ATTEMPTS = Option.of(
                    "attempts",
                    Kind.count(1, Integer.MAX_VALUE),
                    "After so many failures in a row `then` is done; the first one counts.")
            .otherwise("must be said with `then`, but for `retry`");
    static final Option<Then> THEN = Option.choice("then", Then.class, "What is done then; `retry` tries for ever.")
            .otherwise(Shown.value(Then.RETRY));
    static final Option<Duration> FIRST_PAUSE = Option.seconds(
                    "first_pause_seconds",
                    "The pause before the second attempt; it doubles with each failure, and varies.")
            .otherwise(Shown.value(ErrorPolicy.DEFAULT_FIRST_PAUSE));
    static final Option<Duration> LONGEST_PAUSE = Option.seconds(
                    "longest_pause_seconds", "It grows no longer than this.")
            .otherwise(Shown.value(ErrorPolicy.DEFAULT_LONGEST_PAUSE));

    /** All of a stage. */
    static final List<Option<?>> ALL = List.of(ATTEMPTS, THEN, FIRST_PAUSE, LONGEST_PAUSE);

    /** By their names in the file. Without a group a worker can do nothing, so that joining and leases are not among them. */
    static final Map<String, Stage> STAGES = stages();

    private ErrorKeys() {}

    private static Map<String, Stage> stages() {
        Map<String, Stage> stages = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            if (stage != Stage.JOIN && stage != Stage.LEASE) {
                stages.put(stage.name().toLowerCase(Locale.ROOT), stage);
            }
        }
        return stages;
    }
}
