package io.kafscale.testkit.linearizability;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for an order of the calls in a history that respects time (what returned before another was invoked comes first) and
 * in which a {@link SequentialModel} would have answered each of them as it was answered: the history is then linearizable.
 *
 * <p>It is Wing and Gong's search with a memory, breadth first. The history is walked through once, in the order of time, and
 * with it goes the set of all {@link Configuration}s that what happened so far can have led to. A call is put into an order
 * no sooner than needed: when one returns, it must have taken effect, perhaps after others that are under way; whatever no
 * such order explains is dropped. When nothing is left, the call that has just returned cannot be explained, and everything
 * before it can: so the answer is also the shortest one.
 *
 * <p>The work grows with the number of calls under way at once, exponentially at worst, and linearly with the length of the
 * history. Calls without an answer are under way for ever, or as long as they may take effect; those that could do nothing, or no
 * more than another, cost little.
 */
final class LinearizabilityCheck<S, C> {

    /** A state that can have been reached, and which of the calls under way have taken effect on the way there. */
    private record Configuration<S, C>(S state, Set<Operation<C>> done) {

        Configuration<S, C> with(Operation<C> operation, S next) {
            Set<Operation<C>> more = new HashSet<>(done);
            more.add(operation);
            return new Configuration<>(next, more);
        }

        /** Without a call that is no longer under way. */
        Configuration<S, C> without(Operation<C> returned) {
            Set<Operation<C>> fewer = new HashSet<>(done);
            fewer.remove(returned);
            return new Configuration<>(state, fewer);
        }

        /** Whether all that can follow from {@code other} can follow from this: unanswered calls need not take effect. */
        boolean covers(Configuration<S, C> other) {
            return state.equals(other.state)
                    && done.size() < other.done.size()
                    && other.done.containsAll(done)
                    && other.done.stream().allMatch(operation -> done.contains(operation) || operation.isUnanswered());
        }
    }

    /** A history that leaves more open shows too little. */
    private static final int MOST_CONFIGURATIONS = 200_000;

    private record Event<C>(long time, boolean isReturn, Operation<C> operation) {}

    private final SequentialModel<S, C> model;
    private final Set<Operation<C>> underWay = new LinkedHashSet<>();
    private Set<Configuration<S, C>> configurations;

    /** The states of the last moment at which no call was under way, and what began since. */
    private List<S> calmStates;

    private final List<Operation<C>> calmUnanswered = new ArrayList<>();
    private final List<Operation<C>> sinceCalm = new ArrayList<>();

    private LinearizabilityCheck(SequentialModel<S, C> model) {
        this.model = model;
        this.configurations = Set.of(new Configuration<>(model.initial(), Set.of()));
        this.calmStates = List.of(model.initial());
    }

    /** The first call that no order explains, or nothing when the history is linearizable. */
    static <S, C> Optional<Contradiction<S, C>> find(SequentialModel<S, C> model, Collection<Operation<C>> history) {
        return new LinearizabilityCheck<>(model).walk(history);
    }

    private Optional<Contradiction<S, C>> walk(Collection<Operation<C>> history) {
        int explained = 0;
        for (Event<C> event : events(history)) {
            Operation<C> operation = event.operation();
            if (!event.isReturn()) {
                underWay.add(operation);
                sinceCalm.add(operation);
                continue;
            }
            if (operation.isUnanswered()) {
                expire(operation);
                continue;
            }
            configurations = allIn(operation);
            if (configurations.isEmpty()) {
                return Optional.of(new Contradiction<>(explained, calmStates, calmUnanswered(), sinceCalm, operation));
            }
            explained++;
            underWay.remove(operation);
            if (underWay.stream().allMatch(Operation::isUnanswered)) {
                calmStates = configurations.stream()
                        .map(Configuration::state)
                        .distinct()
                        .toList();
                calmUnanswered.clear();
                calmUnanswered.addAll(underWay);
                sinceCalm.clear();
            }
        }
        return Optional.empty();
    }

    private static <C> List<Event<C>> events(Collection<Operation<C>> history) {
        List<Event<C>> events = new ArrayList<>();
        for (Operation<C> operation : history) {
            events.add(new Event<>(operation.invoked(), false, operation));
            if (operation.returned() != Operation.NEVER) {
                events.add(new Event<>(operation.returned(), true, operation));
            }
        }
        // At the same tick of the clock calls count as overlapping: nobody knows better.
        events.sort(Comparator.<Event<C>>comparingLong(Event::time).thenComparing(Event::isReturn));
        return events;
    }

    /** From now on an unanswered call has taken effect or never will. */
    private void expire(Operation<C> unanswered) {
        Set<Configuration<S, C>> either = new LinkedHashSet<>(allIn(unanswered));
        configurations.stream()
                .filter(configuration -> !configuration.done().contains(unanswered))
                .forEach(either::add);
        configurations = needed(either);
        underWay.remove(unanswered);
    }

    /** All configurations in which the call has taken effect. */
    private Set<Configuration<S, C>> allIn(Operation<C> returned) {
        Set<Configuration<S, C>> reached = new LinkedHashSet<>();
        Set<Configuration<S, C>> seen = new HashSet<>(configurations);
        ArrayDeque<Configuration<S, C>> unfinished = new ArrayDeque<>(configurations);
        while (!unfinished.isEmpty()) {
            Configuration<S, C> from = unfinished.remove();
            if (from.done().contains(returned)) {
                reached.add(from.without(returned));
                continue;
            }
            Set<C> tried = new HashSet<>();
            for (Operation<C> operation : underWay) {
                boolean isPossible = !from.done().contains(operation)
                        // Of calls that are the same, and may take effect at any time, one is as good as the other.
                        && (!operation.isUnanswered() || tried.add(operation.call()));
                S next = isPossible ? model.after(from.state(), operation.call()) : null;
                if (next == null || (operation.isUnanswered() && next.equals(from.state()))) {
                    continue;
                }
                Configuration<S, C> to = from.with(operation, next);
                if (seen.add(to)) {
                    unfinished.add(to);
                }
            }
            if (seen.size() > MOST_CONFIGURATIONS) {
                throw new IllegalStateException("the history cannot be judged: " + MOST_CONFIGURATIONS
                        + " different things can have happened until " + returned + " returned");
            }
        }
        return needed(reached);
    }

    private static <S, C> Set<Configuration<S, C>> needed(Set<Configuration<S, C>> reached) {
        Set<Configuration<S, C>> needed = new LinkedHashSet<>(reached);
        needed.removeIf(one -> reached.stream().anyMatch(other -> other.covers(one)));
        return needed;
    }

    /** Those unanswered calls that can still have made a difference in the stretch that is not explained. */
    private List<Operation<C>> calmUnanswered() {
        return calmUnanswered.stream()
                .filter(operation ->
                        calmStates.stream().anyMatch(state -> !state.equals(model.after(state, operation.call()))))
                .toList();
    }
}
