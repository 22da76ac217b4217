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
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Checks the dispatches of one partition, of all processes, against what sinks had to get:
 *
 * <ul>
 *   <li>every record that was due was written and confirmed, or stored at least, and every call wrote what was due of its offsets, in order, and
 *       nothing else
 *   <li>within an epoch one process dispatches, one call after the other; each begins where what was confirmed of the one
 *       before ends, or where there is nothing due in between
 *   <li>nothing is passed over: when a call begins, all that was due below its first offset had been confirmed
 *   <li>under an epoch nothing is dispatched after a later epoch's first dispatch
 * </ul>
 *
 * <p>The last has one exception. A process can be stopped between its own look at the lease and the sink's first
 * instruction; when it goes on, the sink finds the lease over. That is a write in flight, once an epoch, and only in a process
 * that was stopped.
 */
final class DispatchCheck {

    private final DueRecords due;
    private final Map<String, List<Long>> stops;
    private final List<String> violations = new ArrayList<>();
    private int lateInFlight;
    private long deliveries;
    private long delivered;

    /** @param stops when each process was stopped; those that never were may be missing */
    DispatchCheck(DueRecords due, Map<String, List<Long>> stops) {
        this.due = due;
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
        TopicPartition partition = dispatch.partition();
        long from = dispatch.first();
        for (Dispatch.Written record : dispatch.records()) {
            long offset = record.offset();
            String wrong = due.wrong(partition, offset, record.hash());
            if (!wrong.isEmpty()) {
                violations.add(dispatch + " and offset " + offset + wrong);
            }
            long expected = due.firstDue(partition, from, Math.min(offset, dispatch.next()));
            if (offset != expected) {
                violations.add(dispatch + " and wrote offset " + offset + " where " + expected + " was next");
                return;
            }
            from = offset + 1;
        }
        checkConfirmed(dispatch);
    }

    /** What was confirmed, to the end or up to a part of it, was written. */
    private void checkConfirmed(Dispatch dispatch) {
        List<Dispatch.Written> written = new ArrayList<>();
        for (Dispatch.Part part : dispatch.parts()) {
            written.addAll(part.records());
            checkWrittenUpTo(part.next(), written, dispatch);
        }
        Dispatch.End end = dispatch.end();
        if (end != null && end.isConfirmed()) {
            written.addAll(end.records());
            checkWrittenUpTo(dispatch.next(), written, dispatch);
        }
    }

    private void checkWrittenUpTo(long next, List<Dispatch.Written> written, Dispatch dispatch) {
        long from = written.isEmpty()
                ? dispatch.first()
                : written.get(written.size() - 1).offset() + 1;
        long missing = due.firstDue(dispatch.partition(), from, next);
        if (missing < next) {
            violations.add(dispatch + " and confirmed it without offset " + missing);
        }
    }

    private void checkComplete(TopicPartition partition, List<Dispatch> dispatches) {
        Set<Long> written = new HashSet<>();
        Set<Long> stored = new HashSet<>();
        for (Dispatch dispatch : dispatches) {
            List<Dispatch.Written> confirmed = dispatch.confirmedRecords();
            deliveries += confirmed.size();
            confirmed.forEach(record -> written.add(record.offset()));
            if (dispatch.isStored()) {
                LongStream.range(dispatch.first(), dispatch.next()).forEach(stored::add);
            }
        }
        delivered += written.size();
        List<Long> lost = new ArrayList<>();
        for (long offset = 0; offset < due.end(partition); offset++) {
            if (due.isDue(partition, offset) && !written.contains(offset) && !stored.contains(offset)) {
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
            } else if (!follows(dispatch, before)) {
                violations.add(dispatch + " after " + before
                        + (end.isConfirmed()
                                ? ", confirmed"
                                : ", failed with offset " + before.confirmedNext() + " next"));
            }
        }
    }

    private boolean follows(Dispatch dispatch, Dispatch before) {
        long next = before.confirmedNext();
        return dispatch.first() >= next
                && due.firstDue(dispatch.partition(), next, dispatch.first()) == dispatch.first();
    }

    private void checkNothingPassedOver(List<Dispatch> byBegin) {
        for (Dispatch dispatch : byBegin) {
            long confirmed = confirmed(byBegin, dispatch.begunNanos(), dispatch.epoch());
            long passedOver = due.firstDue(dispatch.partition(), confirmed, dispatch.first());
            if (passedOver < dispatch.first()) {
                violations.add(dispatch + " when offsets from " + passedOver + " on had not been confirmed");
            }
        }
    }

    /** Below this all was confirmed at a moment, to the owner of an epoch. */
    static long confirmed(List<Dispatch> dispatches, long nanos, long epoch) {
        return dispatches.stream()
                .flatMap(dispatch -> dispatch.confirmations().stream())
                .filter(confirmation -> confirmation.holds(nanos, epoch))
                .mapToLong(Dispatch.Confirmation::next)
                .max()
                .orElse(0);
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
