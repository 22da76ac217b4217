package io.kafscale.checkpoint;

import java.util.Collection;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * What a member takes part in, for the others to see: shares are reckoned from it.
 *
 * @param topics a regular expression that the names of the topics it processes match, and no others
 * @param maxPartitions how many partitions it takes at most
 */
public record Subscription(String topics, int maxPartitions) {

    /** Everything there is, however much. */
    public static final Subscription ALL = new Subscription(".*", Integer.MAX_VALUE);

    /** @throws IllegalArgumentException when {@code topics} is no regular expression, or {@code maxPartitions} is below 1 */
    public Subscription {
        if (maxPartitions < 1) {
            throw new IllegalArgumentException("a member that takes " + maxPartitions + " partitions is of no use");
        }
        try {
            Pattern.compile(topics);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("\"" + topics + "\" is no regular expression for topics", e);
        }
    }

    /** These topics by name, and no more than so many partitions. */
    public static Subscription of(Collection<String> names, int maxPartitions) {
        return new Subscription(
                new TreeSet<>(names).stream().map(Subscription::literally).collect(Collectors.joining("|")),
                maxPartitions);
    }

    /** Of all that is legal in a topic's name the dot alone means something else in an expression. */
    private static String literally(String topic) {
        return topic.replace(".", "\\.");
    }
}
