package io.kafscale.torture;

import io.kafscale.checkpoint.GroupState;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.linearizability.RecordedHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads what the processes of a run left behind, has everything checked, and adds up the figures. */
final class Judgement {

    /** Longer than any request of any store lives, and than any transaction is left open. */
    private static final Duration LATEST_EFFECT = Duration.ofSeconds(30);

    private final TortureOptions options;
    private final ProducedLog produced;
    private final Fleet fleet;
    private final CommitWatch watch;
    private final Map<FaultKind, Integer> faults;

    Judgement(
            TortureOptions options,
            ProducedLog produced,
            Fleet fleet,
            CommitWatch watch,
            Map<FaultKind, Integer> faults) {
        this.options = options;
        this.produced = produced;
        this.fleet = fleet;
        this.watch = watch;
        this.faults = faults;
    }

    /**
     * Judges.
     *
     * @param last what the store holds after all workers have ended
     * @param settled how long it took until all was committed, without faults
     * @param rows what the sinks' table holds, if they have one
     */
    Verdict pass(GroupState last, Duration settled, List<TableCheck.Row> rows) throws IOException {
        DeadLetterBook letters = DeadLetterBook.read(WorkerOptions.deadLetters(options.directory()));
        DueRecords due = new DueRecords(produced, options.traits(), letters);
        List<Dispatch> noted = new ArrayList<>();
        RecordedHistory history = new RecordedHistory(LATEST_EFFECT);
        Map<String, List<Long>> stops = new HashMap<>();
        Map<String, Long> kills = new HashMap<>();
        for (WorkerProcess worker : fleet.all()) {
            stops.put(worker.name(), worker.stops());
            if (worker.killedNanos() != 0) {
                kills.put(worker.name(), worker.killedNanos());
            }
            // One that was killed soon enough has left nothing.
            if (Files.exists(worker.options().ledger())) {
                noted.addAll(Ledger.read(worker.name(), worker.options().ledger()));
            }
            if (Files.exists(worker.options().history())) {
                history.add(worker.options().history(), worker.endedNanos());
            }
        }
        List<Dispatch> dispatches = options.sink() == SinkKind.JDBC ? TableCheck.markStored(noted, rows, due) : noted;
        Map<TopicPartition, List<Dispatch>> byPartition = DispatchCheck.byPartition(dispatches);
        DispatchCheck check = new DispatchCheck(due, stops);
        Takeovers takeovers = new Takeovers(produced, kills);
        for (TopicPartition partition : produced.partitions()) {
            check.check(partition, byPartition.getOrDefault(partition, List.of()));
            takeovers.add(byPartition.getOrDefault(partition, List.of()));
        }
        List<String> violations = new ArrayList<>(check.violations());
        if (options.traits().has(Trait.PLANNED)) {
            byPartition.values().forEach(ofPartition -> violations.addAll(PlanCheck.check(ofPartition)));
        }
        if (options.sink() == SinkKind.JDBC) {
            violations.addAll(TableCheck.check(rows, produced.partitions(), due));
        }
        violations.addAll(letters.check(produced, options.traits()));
        violations.addAll(CommitCheck.check(watch.seen(), byPartition, due));
        violations.addAll(CommitCheck.checkEnd(last, produced, letters));
        violations.addAll(history.contradictions());
        violations.addAll(fleet.problems());
        List<String> figures = figures(dispatches, due, check, takeovers, history.calls(), settled);
        figures.add(line("%,d records among the dead letters, %,d rows in the table", letters.count(), rows.size()));
        int faultCount = faults.values().stream().mapToInt(Integer::intValue).sum();
        return new Verdict(
                figures, produced.records(), due.count(), check.deliveries(), history.calls(), faultCount, violations);
    }

    private List<String> figures(
            List<Dispatch> dispatches,
            DueRecords due,
            DispatchCheck check,
            Takeovers takeovers,
            int calls,
            Duration settled) {
        List<String> figures = new ArrayList<>();
        figures.add(line(
                "store %s, sink %s, workers %s, seed %d, faults for %d s",
                options.store(),
                options.sink(),
                options.traits(),
                options.seed(),
                options.faults().toSeconds()));
        figures.add(line(
                "%,d records produced in %d partitions, %,d of them due; %,d deliveries confirmed, %,d of them duplicates",
                produced.records(), produced.partitions().size(), due.count(), check.deliveries(), check.duplicates()));
        figures.add(line(
                "%,d dispatches, %,d failed, %,d confirmed in part before, %,d cut short by a kill, %,d in flight when a stopped process lost its lease",
                dispatches.size(),
                dispatches.stream()
                        .filter(dispatch -> dispatch.end() != null && !dispatch.isConfirmed())
                        .count(),
                dispatches.stream()
                        .filter(dispatch -> !dispatch.parts().isEmpty())
                        .count(),
                dispatches.stream().filter(dispatch -> dispatch.end() == null).count(),
                check.lateInFlight()));
        figures.add("faults: "
                + faults.entrySet().stream()
                        .map(fault -> fault.getValue() + " " + fault.getKey())
                        .collect(Collectors.joining(", ")));
        figures.add(
                line("%d worker processes; %,d changes of owner", fleet.all().size(), takeovers.count()));
        takeovers.describe().forEach(line -> figures.add("  standing still " + line));
        figures.add(line("%,d calls of the checkpoint store recorded", calls));
        figures.add(line("all committed %.1f s after the last fault", settled.toMillis() / 1e3));
        return figures;
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    private static String line(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
