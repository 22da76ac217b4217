package io.kafscale.micrometer;

import io.kafscale.processor.Stage;
import java.util.List;
import java.util.Locale;

/** What the label {@code stage} says. */
final class StageNames {

    static final String DISCOVER = "discover";
    static final String CHECKPOINT = "checkpoint";
    static final String DECODE = "decode";
    static final String SCHEMA = "schema";
    static final String SINK = "sink";

    /** All that the Go processors know. */
    static final List<String> OF_GO = List.of(DISCOVER, CHECKPOINT, DECODE, SCHEMA, SINK);

    private StageNames() {}

    /** Where the Go processors count it; they fetch a segment while decoding it. */
    static String ofGo(Stage stage) {
        return switch (stage) {
            case LIST -> DISCOVER;
            case JOIN, LEASE, COMMIT -> CHECKPOINT;
            case FETCH, DECODE -> DECODE;
            case TRANSFORM -> SCHEMA;
            case SINK, DEAD_LETTER -> SINK;
        };
    }

    /** Our own name. */
    static String of(Stage stage) {
        return stage.name().toLowerCase(Locale.ROOT);
    }
}
