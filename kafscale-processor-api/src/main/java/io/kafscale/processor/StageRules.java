package io.kafscale.processor;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** Which error policies make sense for which stage. */
final class StageRules {

    /** What fails here is about records, which can be put aside. */
    private static final Set<Stage> OF_RECORDS = EnumSet.of(Stage.TRANSFORM, Stage.SINK);

    /** A worker that cannot renew its membership has nothing to stop; it loses what it has. */
    private static final Set<Stage> OF_THE_GROUP = EnumSet.of(Stage.JOIN, Stage.LEASE);

    private StageRules() {}

    static void check(Stage stage, ErrorPolicy policy) {
        Objects.requireNonNull(stage, "stage");
        ErrorPolicy.Action then = Objects.requireNonNull(policy, "policy").then();
        if (OF_THE_GROUP.contains(stage)) {
            throw new IllegalArgumentException(
                    stage.label() + " is tried for ever, as a worker can do nothing without it; choose another stage");
        }
        if (then == ErrorPolicy.Action.DEAD_LETTER && !OF_RECORDS.contains(stage)) {
            throw new IllegalArgumentException("when " + stage.label()
                    + " fails there is no record to send to the dead letters; retry for ever, stop the partition, or stop"
                    + " the processor");
        }
        if (then == ErrorPolicy.Action.SKIP && !OF_RECORDS.contains(stage) && stage != Stage.DECODE) {
            throw new IllegalArgumentException("when " + stage.label()
                    + " fails nothing is wrong with the records, and none is skipped; retry for ever, stop the partition,"
                    + " or stop the processor");
        }
    }
}
