package io.kafscale.processor;

import io.kafscale.processor.runtime.SinkSource;
import io.kafscale.processor.runtime.Subscriptions;
import io.kafscale.processor.runtime.TopicPlan;
import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Which topics go to which sinks, as a {@link ProcessorBuilder} is told. Not thread safe. */
final class TopicRoutes {

    private record Route(SinkSource sinks, TopicOptions options) {}

    private final Map<String, Route> named = new LinkedHashMap<>();
    /** By the pattern's text: equal patterns are not equal. */
    private final Map<String, Route> alike = new LinkedHashMap<>();

    /**
     * What holds in topics that do not say otherwise.
     *
     * @param hasDeadLetters whether there is a place for them
     */
    record Common(
            Map<Stage, ErrorPolicy> policies,
            StartPosition start,
            BatchLimits batches,
            boolean planned,
            boolean hasDeadLetters) {}

    /** @throws IllegalArgumentException when the name is not legal, or the topic has a sink already */
    void add(String topic, SinkSource sinks, Consumer<TopicOptions> options) {
        if (!TopicPartition.isLegalTopic(topic)) {
            throw new IllegalArgumentException("\"" + topic + "\" is not a topic name");
        }
        add(named, topic, "topic " + topic + " has", sinks, options);
    }

    /** @throws IllegalArgumentException when the pattern has flags, or a sink already */
    void add(Pattern names, SinkSource sinks, Consumer<TopicOptions> options) {
        if (names.flags() != 0) {
            throw new IllegalArgumentException("the pattern \"" + names
                    + "\" has flags, which the other workers would not see; write them into it, as in (?i)orders-.*");
        }
        add(alike, names.pattern(), "topics like " + names + " have", sinks, options);
    }

    private static void add(
            Map<String, Route> routes, String key, String which, SinkSource sinks, Consumer<TopicOptions> options) {
        TopicOptions set = new TopicOptions();
        options.accept(set);
        if (routes.putIfAbsent(key, new Route(sinks, set)) != null) {
            throw new IllegalArgumentException(which + " a sink already; one that calls both can write twice");
        }
    }

    boolean isEmpty() {
        return named.isEmpty() && alike.isEmpty();
    }

    /** @throws IllegalStateException when what a topic says and what holds in all contradict each other; says the way out */
    Subscriptions subscriptions(Common common) {
        Map<String, TopicPlan> byName = new LinkedHashMap<>();
        named.forEach((topic, route) -> byName.put(topic, plan("topic " + topic, route, common)));
        List<Subscriptions.Alike> byLooks = new ArrayList<>();
        alike.forEach((pattern, route) -> byLooks.add(
                new Subscriptions.Alike(Pattern.compile(pattern), plan("topics like " + pattern, route, common))));
        return new Subscriptions(byName, byLooks);
    }

    private static TopicPlan plan(String which, Route route, Common common) {
        TopicOptions options = route.options();
        Map<Stage, ErrorPolicy> merged = new EnumMap<>(Stage.class);
        merged.putAll(common.policies());
        merged.putAll(options.policies());
        boolean isPlanned = options.plannedOr(common.planned());
        merged.forEach((stage, policy) -> {
            if (policy.then() == ErrorPolicy.Action.DEAD_LETTER && !common.hasDeadLetters()) {
                throw new IllegalStateException(which + ": records are sent to the dead letters when " + stage.label()
                        + " fails, but there is no place for them; call deadLetters(sink), or choose another action");
            }
            if (stage == Stage.SINK && isPlanned && policy.isolatesRecords()) {
                throw new IllegalStateException(which
                        + ": batches are planned, and handed over whole, while the error policy of the sink would halve them to"
                        + " find a bad record; give up plannedBatches, or have the policy stop the partition");
            }
        });
        return new TopicPlan(
                route.sinks(),
                options.transforms(),
                merged,
                options.startOr(common.start()),
                options.batchesOr(common.batches()),
                isPlanned,
                options.onOutOfRange(),
                options.onOverlap());
    }
}
