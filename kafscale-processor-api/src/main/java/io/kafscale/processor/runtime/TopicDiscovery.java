package io.kafscale.processor.runtime;

import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds the partitions of the wanted topics, again and again: ever less often while there are no new ones. */
final class TopicDiscovery {

    /** All workers hear of a change at the same time. */
    private static final Duration MOST_HINT_DELAY = Duration.ofMillis(500);

    private final Environment env;
    private final Consumer<Set<TopicPartition>> found;
    private final Backoff backoff;
    private final PollPace pace;
    private Set<TopicPartition> known = Set.of();
    private Set<String> missing = Set.of();
    private boolean ended;
    private boolean underWay;
    private boolean onceMore;
    private boolean soon;
    private int appointments;

    /** Whatever is there, whether it is new or not, {@code found} is told. */
    TopicDiscovery(Environment env, Consumer<Set<TopicPartition>> found) {
        this.env = env;
        this.found = found;
        this.backoff = env.newBackoff();
        this.pace = env.newPace();
    }

    /** Looks no more. */
    void end() {
        ended = true;
    }

    void discover() {
        soon = false;
        if (ended) {
            return;
        }
        if (underWay) {
            onceMore = true;
        } else {
            underWay = true;
            env.issue(new Command.Discover(missing));
        }
    }

    /** There may be other partitions than before. */
    void partitionsChanged() {
        if (!soon) {
            discoverAt(env.anyTimeWithin(MOST_HINT_DELAY));
            soon = true;
        }
    }

    private void discoverAt(long nanos) {
        int appointment = ++appointments;
        env.at(nanos, () -> {
            if (appointment == appointments) {
                discover();
            }
        });
    }

    private void discoverAgainAt(long nanos) {
        underWay = false;
        if (onceMore) {
            onceMore = false;
            partitionsChanged();
        } else if (!soon) {
            discoverAt(nanos);
        }
    }

    void discovered(Set<TopicPartition> partitions, Set<String> missing, @Nullable String explanation) {
        backoff.succeeded();
        // Where there is nothing at all, it is expected soon.
        boolean isNews = partitions.isEmpty() || !known.equals(partitions);
        Settings settings = env.settings();
        pace.looked(env.now(), isNews, settings.discoveryInterval(), settings.maxDiscoveryInterval());
        known = partitions;
        found.accept(partitions);
        if (explanation != null) {
            env.tell(new ProcessorEvent.NothingFound(explanation));
        }
        this.missing = missing;
        discoverAgainAt(pace.nextNanos());
    }

    void failed(Throwable cause) {
        backoff.failed(env.now());
        env.tell(new ProcessorEvent.Failed(Stage.LIST, null, backoff.failures(), Reasons.of(cause)));
        discoverAgainAt(backoff.readyAtNanos());
    }
}
