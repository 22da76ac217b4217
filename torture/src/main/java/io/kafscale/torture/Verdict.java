package io.kafscale.torture;

import java.util.List;

/**
 * What came of a run.
 *
 * @param figures lines for people
 * @param records how many were produced
 * @param due how many of them sinks had to get
 * @param deliveries how many a sink confirmed, repetitions counted
 * @param calls of the checkpoint store that were recorded
 * @param faults how many there were
 * @param violations what must not have happened, for people
 */
record Verdict(
        List<String> figures,
        long records,
        long due,
        long deliveries,
        long calls,
        int faults,
        List<String> violations) {

    Verdict {
        figures = List.copyOf(figures);
        violations = List.copyOf(violations);
    }

    boolean isSound() {
        return violations.isEmpty();
    }
}
