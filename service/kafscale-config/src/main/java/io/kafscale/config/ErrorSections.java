package io.kafscale.config;

import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.Stage;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** What a section {@code errors} says of each stage. */
final class ErrorSections {

    private final Map<Stage, Values> byStage = new EnumMap<>(Stage.class);

    private ErrorSections() {}

    /** Nothing said. */
    static ErrorSections none() {
        return new ErrorSections();
    }

    /** Reads the section; what is wrong with a stage by itself is told. */
    static ErrorSections read(SectionReader reader, Values holder, Option<?> section) {
        ErrorSections sections = new ErrorSections();
        Node node = holder.node(section);
        String path = holder.path(section);
        MappingNode byName = node == null ? null : reader.asMapping(node, path);
        if (byName != null) {
            KeyTree known = KeyTree.of(ErrorKeys.ALL);
            reader.entries(byName, name -> path + "." + name, (name, at, value) -> {
                Stage stage = ErrorKeys.STAGES.get(name);
                if (stage == null) {
                    reader.problems()
                            .add(
                                    at,
                                    path + "." + name + " is not a stage; there are "
                                            + String.join(", ", new TreeSet<>(ErrorKeys.STAGES.keySet())));
                } else {
                    Values values = reader.read(value, known, path + "." + name);
                    checkRetry(values, reader.problems());
                    sections.byStage.put(stage, values);
                }
            });
        }
        return sections;
    }

    /** Where another section says {@code attempts}, a {@code retry} here is meant to end them. */
    private static void checkRetry(Values values, Problems problems) {
        if (values.find(ErrorKeys.THEN) == ErrorKeys.Then.RETRY && values.has(ErrorKeys.ATTEMPTS)) {
            problems.add(
                    values.position(ErrorKeys.ATTEMPTS),
                    values.path(ErrorKeys.ATTEMPTS)
                            + " is without effect, since then: retry tries for ever; take out one of them");
        }
    }

    /** All that is said here, and what only {@code others} say, key by key. */
    ErrorSections before(ErrorSections others) {
        ErrorSections all = new ErrorSections();
        all.byStage.putAll(others.byStage);
        byStage.forEach((stage, values) -> all.byStage.merge(stage, values, (theirs, own) -> own.before(theirs)));
        return all;
    }

    /** What is to be done, by stage; what contradicts itself is told, and left out. */
    Map<Stage, ErrorPolicy> policies(Problems problems) {
        Map<Stage, ErrorPolicy> policies = new EnumMap<>(Stage.class);
        byStage.forEach((stage, values) -> {
            ErrorPolicy policy = policy(stage, values, problems);
            if (policy != null) {
                policies.put(stage, policy);
            }
        });
        return policies;
    }

    private static @Nullable ErrorPolicy policy(Stage stage, Values values, Problems problems) {
        ErrorKeys.Then then = values.find(ErrorKeys.THEN);
        Long attempts = values.find(ErrorKeys.ATTEMPTS);
        boolean isForEver = then == null || then == ErrorKeys.Then.RETRY;
        if (then == null && attempts != null && values.lacks(ErrorKeys.THEN)) {
            problems.add(
                    values.position(ErrorKeys.ATTEMPTS),
                    values.path(ErrorKeys.THEN) + " is missing: say what is done after so many attempts");
        }
        if (!isForEver && attempts == null) {
            if (values.lacks(ErrorKeys.ATTEMPTS)) {
                problems.add(
                        values.position(ErrorKeys.THEN),
                        values.path(ErrorKeys.ATTEMPTS) + " is missing: say after how many failures in a row; choose it"
                                + " with the longest outage of the sink in mind");
            }
            return null;
        }
        try {
            ErrorPolicy policy = isForEver
                    ? ErrorPolicy.retryForever()
                    : ErrorPolicy.afterAttempts(
                            Math.toIntExact(Objects.requireNonNull(attempts)),
                            Objects.requireNonNull(then).action());
            ProcessorBuilder.create("trial").onError(stage, policy);
            return withPauses(policy, values, problems);
        } catch (IllegalArgumentException e) {
            problems.add(values.position(ErrorKeys.THEN), values.path(ErrorKeys.THEN) + ": " + e.getMessage());
            return null;
        }
    }

    private static ErrorPolicy withPauses(ErrorPolicy policy, Values values, Problems problems) {
        boolean isFirstSaid = values.has(ErrorKeys.FIRST_PAUSE);
        try {
            return policy.withPauses(
                    Objects.requireNonNullElse(values.find(ErrorKeys.FIRST_PAUSE), policy.firstPause()),
                    Objects.requireNonNullElse(values.find(ErrorKeys.LONGEST_PAUSE), policy.longestPause()));
        } catch (IllegalArgumentException e) {
            Option<?> said = isFirstSaid ? ErrorKeys.FIRST_PAUSE : ErrorKeys.LONGEST_PAUSE;
            problems.add(values.position(said), values.path(said) + ": " + e.getMessage());
            return policy;
        }
    }

    /** Where it is said what is done in the end when a stage fails. */
    Position positionOfThen(Stage stage) {
        return Objects.requireNonNull(byStage.get(stage)).position(ErrorKeys.THEN);
    }

    /** The full name of that key. */
    String pathOfThen(Stage stage) {
        return Objects.requireNonNull(byStage.get(stage)).path(ErrorKeys.THEN);
    }
}
