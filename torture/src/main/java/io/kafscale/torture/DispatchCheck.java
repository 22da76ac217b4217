package io.kafscale.torture;

import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks the dispatches of one partition, of all processes, against what was produced:
 *
 * <ul>
 *   <li>every record was written by a call that was confirmed, and every call wrote what was produced at its offsets, in order
 *   <li>within an epoch one process dispatches, one call after the other; each begins where the one before ended or, if that
 *       failed, where it began
 *   <li>nothing is passed over: when a call begins, all below its first offset had been confirmed
 *   <li>under an epoch nothing is dispatched after a later epoch's first dispatch
 * </ul>
 *
 * <p>The last has one exception. A process can be stopped between its own look at the lease and the sink's first
 * instruction; when it goes on, the sink finds the lease over. That is a write in flight, once an epoch, and only in a process
 * that was stopped.
 */
final class DispatchCheck {

    private final ProducedLog produced;
    private final Map<String, List<Long>> stops;
    private final List<String> violations = new ArrayList<>();
    private int lateInFlight;
    private long deliveries;
    private long delivered;

    /** @param stops when each process was stopped; those that never were may be missing */
    DispatchCheck(ProducedLog produced, Map<String, List<Long>> stops) {
        this.produced = produced;
        this.stops = stops;
    }

    /** What was found so far, for people. */
    List<String> violations() {
        return List.copyOf(violations);
    }

    /** Dispatches that a stopped process had let out before it was stopped, and that arrived under a later epoch. */
    int lateInFlight() {
        return lateInFlight;
    }

    /** Records that sinks confirmed, repetitions counted. */
    long deliveries() {
        return deliveries;
    }

    /** How many of those were repetitions. */
    long duplicates() {
        return deliveries - delivered;
    }

    /** Checks one partition, whose dispatches these are. */
    void check(TopicPartition partition, List<Dispatch> ofPartition) {
        List<Dispatch> dispatches = new ArrayList<>(ofPartition);
        dispatches.sort(Comparator.comparingLong(Dispatch::begunNanos));
        dispatches.forEach(this::checkContent);
        checkComplete(partition, dispatches);
        checkWithinEpochs(dispatches);
        checkNothingPassedOver(dispatches);
        checkEpochs(dispatches);
    }

    private void checkContent(Dispatch dispatch) {
        Dispatch.End end = dispatch.end();
        if (end == null) {
            return;
        }
        long expected = dispatch.first();
        for (Dispatch.Written record : end.records()) {
            long offset = record.offset();
            for (; expected < offset && produced.hash(dispatch.partition(), expected) == 0; expected++) {
                // A hole.
            }
            if (offset != expected || offset >= dispatch.next()) {
                violations.add(dispatch + " and wrote offset " + offset + " where " + expected + " was next");
                return;
            }
            long hash = produced.hash(dispatch.partition(), offset);
            if (record.hash() != hash) {
                violations.add(dispatch + " and offset " + offset
                        + (hash == 0 ? ", which was never produced" : " was not what was produced"));
            }
            expected++;
        }
        for (; expected < dispatch.next() && produced.hash(dispatch.partition(), expected) == 0; expected++) {
            // A hole.
        }
        if (end.isConfirmed() && expected != dispatch.next()) {
            violations.add(dispatch + " and confirmed it without offset " + expected);
        }
    }

    private void checkComplete(TopicPartition partition, List<Dispatch> dispatches) {
        Set<Long> written = new HashSet<>();
        for (Dispatch dispatch : dispatches) {
            Dispatch.End end = dispatch.end();
            if (end != null && end.isConfirmed()) {
                deliveries += end.records().size();
                end.records().forEach(record -> written.add(record.offset()));
            }
        }
        delivered += written.size();
        List<Long> lost = new ArrayList<>();
        for (long offset = 0; offset < produced.end(partition); offset++) {
            if (produced.hash(partition, offset) != 0 && !written.contains(offset)) {
                lost.add(offset);
            }
        }
        if (!lost.isEmpty()) {
            violations.add(partition + " lost " + lost.size() + " records, offsets " + lost.get(0) + " to "
                    + lost.get(lost.size() - 1));
        }
    }

    private void checkWithinEpochs(List<Dispatch> dispatches) {
        Map<Long, Dispatch> lastOfEpoch = new HashMap<>();
        for (Dispatch dispatch : dispatches) {
            Dispatch before = lastOfEpoch.put(dispatch.epoch(), dispatch);
            if (before == null) {
                continue;
            }
            Dispatch.End end = before.end();
            if (!before.process().equals(dispatch.process())) {
                violations.add(dispatch + ", which is also the epoch of " + before.process());
            } else if (end == null || end.nanos() > dispatch.begunNanos()) {
                violations.add(dispatch + " while " + before + " was not over");
            } else if (dispatch.first() != (end.isConfirmed() ? before.next() : before.first())) {
                violations.add(dispatch + " after " + before + (end.isConfirmed() ? ", confirmed" : ", failed"));
            }
        }
    }

    private void checkNothingPassedOver(List<Dispatch> byBegin) {
        List<Dispatch> byEnd = byBegin.stream()
                .filter(Dispatch::isConfirmed)
                .sorted(Comparator.comparingLong(Dispatch::lastNanos))
                .toList();
        int ended = 0;
        long confirmed = 0;
        for (Dispatch dispatch : byBegin) {
            for (; ended < byEnd.size() && byEnd.get(ended).lastNanos() <= dispatch.begunNanos(); ended++) {
                confirmed = Math.max(confirmed, byEnd.get(ended).next());
            }
            if (dispatch.first() > confirmed) {
                violations.add(dispatch + " when offsets from " + confirmed + " on had not been confirmed");
            }
        }
    }

    private void checkEpochs(List<Dispatch> byBegin) {
        @Nullable Dispatch newest = null;
        Set<String> late = new HashSet<>();
        for (Dispatch dispatch : byBegin) {
            if (newest == null || dispatch.epoch() >= newest.epoch()) {
                newest = newest == null || dispatch.epoch() > newest.epoch() ? dispatch : newest;
            } else if (wasInFlight(dispatch) && late.add(dispatch.process() + " " + dispatch.epoch())) {
                lateInFlight++;
            } else {
                violations.add(dispatch + " "
                        + (dispatch.begunNanos() - newest.begunNanos()) / 1_000_000 + " ms after " + newest
                        + (dispatch.hadLease() ? ", and held itself for the owner" : ", without a lease"));
            }
        }
    }

    private boolean wasInFlight(Dispatch dispatch) {
        return !dispatch.hadLease()
                && Objects.requireNonNullElse(stops.get(dispatch.process()), List.<Long>of()).stream()
                        .anyMatch(stop -> stop < dispatch.begunNanos());
    }

    /** The dispatches by partition. */
    static Map<TopicPartition, List<Dispatch>> byPartition(List<Dispatch> dispatches) {
        Map<TopicPartition, List<Dispatch>> byPartition = new TreeMap<>();
        for (Dispatch dispatch : dispatches) {
            byPartition
                    .computeIfAbsent(dispatch.partition(), partition -> new ArrayList<>())
                    .add(dispatch);
        }
        return byPartition;
    }
}
