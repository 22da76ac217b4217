package io.kafscale.processor.runtime;

import io.kafscale.discovery.SegmentListing;
import io.kafscale.discovery.TopicListing;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Polls partitions of one topic together, where a topic's keys fit in fewer pages than it has partitions. That never takes
 * more requests than to poll each for itself, so it is found out by trying; where it saves nothing, it is long before it is
 * tried again, since its pages are full of what nobody wants.
 */
final class TopicPolls {

    private static final Duration TRY_AGAIN = Duration.ofHours(1);

    private final Environment env;
    private final Partitions partitions;
    private final Map<String, Long> notBeforeNanos = new HashMap<>();

    TopicPolls(Environment env, Partitions partitions) {
        this.env = env;
        this.partitions = partitions;
    }

    /** A partition is polled now; others of its topic, whose turn is near, may come along. */
    void begin(Command.ListSegments due) {
        String topic = due.ownership().partition().topic();
        List<Command.ListSegments> polls = new ArrayList<>();
        polls.add(due);
        if (isWorthTrying(topic)) {
            for (OwnedPartition other : partitions.all()) {
                if (other.partition().topic().equals(topic) && other.joinsPoll()) {
                    polls.add(other.beginListing());
                }
            }
        }
        env.issue(polls.size() == 1 ? polls.get(0) : new Command.ListTopic(topic, polls));
    }

    private boolean isWorthTrying(String topic) {
        Long notBefore = notBeforeNanos.get(topic);
        return notBefore == null || env.now() - notBefore >= 0;
    }

    void ended(Command.ListTopic command, TopicListing result) {
        if (result.isSaving()) {
            notBeforeNanos.remove(command.topic());
        } else {
            notBeforeNanos.put(command.topic(), env.now() + TRY_AGAIN.toNanos());
        }
        Map<TopicPartition, SegmentListing> listings = new HashMap<>();
        result.listings().forEach(listing -> listings.put(listing.partition(), listing));
        for (Command.ListSegments asked : command.partitions()) {
            OwnedPartition partition = partitions.find(asked.ownership());
            if (partition != null) {
                partition.listedTogether(listings.get(asked.ownership().partition()));
            }
        }
    }
}
