package io.kafscale.testkit.linearizability;

import io.kafscale.checkpoint.Lease;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What all processes of a host asked of one group of a checkpoint store, from the group's beginning, and what they were
 * answered; put together from the files of their {@link RecordedCheckpointStore}s, and judged for linearizability.
 *
 * <p>Members may die at any time, but what they own must not end before a TTL has passed since their last renewal that was
 * answered. A call without an answer, also of a process that was killed, has taken effect or not; after some time it no
 * longer may.
 *
 * <p>For one thread.
 */
public final class RecordedHistory {

    private static final int STEP = 1_000_000;

    private final long latestEffectNanos;
    private final List<HistoryReader> files = new ArrayList<>();
    private final Map<Integer, String> names = new HashMap<>();

    /**
     * An empty one.
     *
     * @param latestEffect how long after its caller gave it up, or was killed, a call may still take effect at most
     */
    public RecordedHistory(Duration latestEffect) {
        this.latestEffectNanos = latestEffect.toNanos();
    }

    /**
     * Adds the calls of one process.
     *
     * @param file what its store wrote; a last line that is cut off does not count
     * @param endedNanos a moment, by {@link System#nanoTime()}, at which the process no longer ran
     * @throws IOException when it cannot be read
     */
    public void add(Path file, long endedNanos) throws IOException {
        names.put(files.size(), String.valueOf(file.getFileName()));
        files.add(HistoryReader.read(file, endedNanos));
    }

    /** How many calls there are. */
    public int calls() {
        return files.stream().mapToInt(file -> file.entries.size()).sum();
    }

    /**
     * The partitions whose history no order of the calls explains, each with the shortest stretch that has no explanation,
     * for people; none when all is well. One that leaves so much open that it cannot be judged is among them.
     */
    public List<String> contradictions() {
        List<String> found = new ArrayList<>();
        byPartition().forEach((partition, history) -> {
            try {
                LinearizabilityCheck.find(PartitionState.MODEL, history)
                        .ifPresent(contradiction -> found.add(
                                "the history of " + partition + " is not linearizable: " + contradiction.describe()));
            } catch (IllegalStateException e) {
                found.add(partition + ": " + e.getMessage());
            }
        });
        return found;
    }

    private Map<TopicPartition, List<Operation<PartitionCall>>> byPartition() {
        Map<TopicPartition, List<Operation<PartitionCall>>> histories = new TreeMap<>();
        Map<Lease, List<HistoryReader.Entry>> releases = releases();
        for (int i = 0; i < files.size(); i++) {
            int first = i * STEP;
            String name = String.valueOf(names.get(i));
            files.get(i)
                    .entries
                    .forEach((number, entry) -> histories
                            .computeIfAbsent(entry.partition(), partition -> new ArrayList<>())
                            .add(operation(first + number.intValue(), name, entry, releases)));
        }
        int deaths = files.size() * STEP;
        for (List<Operation<PartitionCall>> history : histories.values()) {
            for (HistoryReader file : files) {
                for (Map.Entry<String, Long> member : file.aliveUntil.entrySet()) {
                    history.add(new Operation<>(
                            deaths++,
                            "",
                            new PartitionCall.Silence(member.getKey()),
                            member.getValue(),
                            Operation.NEVER));
                }
                for (HistoryReader.Death death : file.deaths.values()) {
                    history.add(new Operation<>(
                            deaths++,
                            "",
                            new PartitionCall.DeclaredDead(death.member()),
                            death.askedNanos(),
                            death.toldNanos()));
                }
            }
        }
        return histories;
    }

    private Operation<PartitionCall> operation(
            int number, String process, HistoryReader.Entry entry, Map<Lease, List<HistoryReader.Entry>> releases) {
        PartitionCall answered = entry.answered();
        PartitionCall call = answered == null ? entry.asked() : answered;
        if (call instanceof PartitionCall.Release release) {
            // Another that was sent before this one was answered may have been the one that was applied.
            boolean isRepeated = releases.getOrDefault(release.lease(), List.of()).stream()
                    .anyMatch(other -> !other.equals(entry) && other.askedNanos() < entry.answeredNanos());
            call = new PartitionCall.Release(release.member(), release.lease(), isRepeated, release.answer());
        }
        return answered == null
                ? new Operation<>(
                        number, process, call, entry.askedNanos(), entry.answeredNanos() + latestEffectNanos, true)
                : new Operation<>(number, process, call, entry.askedNanos(), entry.answeredNanos());
    }

    private Map<Lease, List<HistoryReader.Entry>> releases() {
        Map<Lease, List<HistoryReader.Entry>> releases = new HashMap<>();
        for (HistoryReader file : files) {
            for (HistoryReader.Entry entry : file.entries.values()) {
                if (entry.asked() instanceof PartitionCall.Release release) {
                    releases.computeIfAbsent(release.lease(), lease -> new ArrayList<>())
                            .add(entry);
                }
            }
        }
        return releases;
    }
}
