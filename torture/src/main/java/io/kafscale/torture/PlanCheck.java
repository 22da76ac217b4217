package io.kafscale.torture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Checks that a planned batch, whoever dispatches it again, and be it in part, ends where it was to end. */
final class PlanCheck {

    private PlanCheck() {}

    /** What is wrong with the dispatches of one partition, for people. */
    static List<String> check(List<Dispatch> ofPartition) {
        List<String> violations = new ArrayList<>();
        NavigableMap<Long, Dispatch> byFirst = new TreeMap<>();
        ofPartition.stream()
                .sorted(Comparator.comparingLong(Dispatch::begunNanos))
                .forEach(dispatch -> {
                    Map.Entry<Long, Dispatch> planned = byFirst.floorEntry(dispatch.first());
                    if (planned != null
                            && planned.getValue().next() > dispatch.first()
                            && planned.getValue().next() != dispatch.next()) {
                        violations.add(dispatch + " where " + planned.getValue() + " was planned");
                    }
                    byFirst.putIfAbsent(dispatch.first(), dispatch);
                });
        return violations;
    }
}
