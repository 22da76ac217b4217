package io.kafscale.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long partitions stood still when their owner changed: from the last that was heard of one owner, or its being killed, to
 * the first dispatch of the next; not counting the time for which there was nothing to be read. Not thread safe.
 */
final class Takeovers {

    private final ProducedLog produced;
    private final Map<String, Long> kills;
    private final List<Duration> afterKill = new ArrayList<>();
    private final List<Duration> others = new ArrayList<>();

    /** @param kills when each killed process was */
    Takeovers(ProducedLog produced, Map<String, Long> kills) {
        this.produced = produced;
        this.kills = kills;
    }

    /** Adds one partition's. */
    void add(List<Dispatch> ofPartition) {
        List<Dispatch> dispatches = new ArrayList<>(ofPartition);
        dispatches.sort(Comparator.comparingLong(Dispatch::begunNanos));
        for (int i = 1; i < dispatches.size(); i++) {
            Dispatch before = dispatches.get(i - 1);
            Dispatch after = dispatches.get(i);
            if (after.epoch() <= before.epoch()) {
                continue;
            }
            Long killed = kills.get(before.process());
            if (killed != null
                    && killed < after.begunNanos()
                    && !before.process().equals(after.process())) {
                afterKill.add(stoodStill(killed, after));
            } else {
                others.add(stoodStill(before.lastNanos(), after));
            }
        }
    }

    private Duration stoodStill(long sinceNanos, Dispatch after) {
        long readable = produced.end(after.partition()) <= after.first()
                ? after.begunNanos()
                : produced.readableNanos(after.partition(), after.first());
        return Duration.ofNanos(Math.max(0, after.begunNanos() - Math.max(sinceNanos, readable)));
    }

    int count() {
        return afterKill.size() + others.size();
    }

    /** Two lines for people. */
    List<String> describe() {
        return List.of("after a kill   " + figures(afterKill), "otherwise      " + figures(others));
    }

    private static String figures(List<Duration> unsorted) {
        if (unsorted.isEmpty()) {
            return "none";
        }
        List<Duration> sorted = new ArrayList<>(unsorted);
        Collections.sort(sorted);
        return String.format(
                Locale.ROOT,
                "%,d, p50 %.1f s, p99 %.1f s, most %.1f s",
                sorted.size(),
                seconds(sorted, 0.5),
                seconds(sorted, 0.99),
                seconds(sorted, 1));
    }

    private static double seconds(List<Duration> sorted, double quantile) {
        int rank = (int) Math.ceil(quantile * sorted.size());
        return sorted.get(Math.max(0, rank - 1)).toMillis() / 1e3;
    }
}
