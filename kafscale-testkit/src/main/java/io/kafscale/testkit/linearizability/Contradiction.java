package io.kafscale.testkit.linearizability;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The shortest stretch of a history that no order of its calls explains: from the last moment at which none was under way,
 * to the first answer that cannot be.
 *
 * @param explained how many calls before have an explanation
 * @param before the states that can have been the case when the stretch began
 * @param unanswered earlier calls without an answer that may have taken effect in it
 * @param stretch the calls of the stretch
 * @param unexplained the last of them to return
 */
record Contradiction<S, C>(
        int explained,
        List<S> before,
        List<Operation<C>> unanswered,
        List<Operation<C>> stretch,
        Operation<C> unexplained) {

    Contradiction {
        before = List.copyOf(before);
        unanswered = List.copyOf(unanswered);
        stretch = List.copyOf(stretch);
    }

    /** For people, on several lines. */
    String describe() {
        StringBuilder text = new StringBuilder();
        text.append(explained).append(" calls have an explanation. At first:\n");
        before.forEach(state -> text.append("    ").append(state).append('\n'));
        if (!unanswered.isEmpty()) {
            text.append("These may yet take effect:\n");
            unanswered.forEach(operation -> line(text, operation));
        }
        text.append("Then, in any order in which they overlap:\n");
        stretch.stream()
                .sorted(Comparator.comparingLong(Operation::invoked))
                .forEach(operation -> line(text, operation));
        text.append("No order explains the answer of the call marked by '>'.\n");
        return text.toString();
    }

    private void line(StringBuilder text, Operation<C> operation) {
        text.append(operation.equals(unexplained) ? "  > " : "    ")
                .append(millis(operation.invoked()))
                .append(" to ")
                .append(operation.returned() == Operation.NEVER ? "      ever" : millis(operation.returned()))
                .append(" ms  ")
                .append(String.format(Locale.ROOT, "%-" + threadWidth() + "s", operation.thread()))
                .append("  ")
                .append(operation.call())
                .append('\n');
    }

    private int threadWidth() {
        return Math.max(
                1,
                stretch.stream()
                        .map(operation -> operation.thread().length())
                        .collect(Collectors.summarizingInt(Integer::intValue))
                        .getMax());
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%10.3f", nanos / 1e6);
    }
}
