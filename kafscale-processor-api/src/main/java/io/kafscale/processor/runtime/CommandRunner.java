package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.discovery.FoundSegment;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.processor.DeadLetterSink;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import io.kafscale.segment.UnsupportedSegmentException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a command, blocking, and says what came of it. Holds no state but which thread is writing what, and
 * the buffers that it fetches into. Thread safe.
 */
public final class CommandRunner {

    private final SegmentLister lister;
    private final CheckpointStore checkpoints;
    private final Subscriptions subscriptions;
    private final TopicLookup topics;
    private final Settings settings;
    private final SegmentFetches fetches;
    private final Sinks sinks;

    /** Works on these stores. */
    public CommandRunner(
            ObjectStore objects,
            String namespace,
            CheckpointStore checkpoints,
            Discovery discovery,
            Subscriptions subscriptions,
            @Nullable DeadLetterSink deadLetters,
            Settings settings) {
        this.sinks = new Sinks(settings.group(), subscriptions, deadLetters);
        this.lister = SegmentLister.create(objects, namespace);
        this.checkpoints = checkpoints;
        this.subscriptions = subscriptions;
        this.topics = new TopicLookup(subscriptions, lister, discovery);
        this.settings = settings;
        this.fetches = new SegmentFetches(objects, new BufferPool(settings.maxBufferedBytes()));
    }

    /** Bytes of batches that are inflated for sinks at this moment. Any thread may ask. */
    public long inflatedBytes() {
        return fetches.inflatedBytes();
    }

    /**
     * Does what {@code command} says, and tells {@code answers}: once, from this thread or, of a write that needs none,
     * another one; whatever goes wrong becomes an event too. Only what a sink confirms before it returns comes in addition.
     */
    public void run(Command command, Consumer<Event> answers) {
        if (command instanceof Command.Write write) {
            sinks.write(write.batch(), answers);
            return;
        }
        Event answer;
        try {
            answer = carryOut(command);
        } catch (Throwable e) {
            // An Error of the sink's or of a codec library ends here as well: the same records come again.
            answer = new Event.Failed(command, e);
        }
        answers.accept(answer);
    }

    private Event carryOut(Command command) throws Exception {
        if (command instanceof Command.Assign assign) {
            return sinks.assign(assign);
        } else if (command instanceof Command.Revoke revoke) {
            return sinks.revoke(revoke);
        } else if (command instanceof Command.Bury bury) {
            return sinks.bury(bury);
        } else if (command instanceof Command.Resolve resolve) {
            TopicPartition partition = resolve.ownership().partition();
            return new Event.Resolved(resolve, Positions.resolve(lister, partition, resolve.position()));
        } else if (command instanceof Command.Fetch fetch) {
            return fetches.run(fetch);
        } else if (command instanceof Command.ListSegments list) {
            TopicPartition partition = list.ownership().partition();
            return new Event.Listed(list.ownership(), lister.list(partition, list.fromBaseOffset()));
        } else if (command instanceof Command.ListTopic list) {
            Map<TopicPartition, Long> fromBaseOffsets = new HashMap<>();
            list.partitions().forEach(one -> fromBaseOffsets.put(one.ownership().partition(), one.fromBaseOffset()));
            return new Event.TopicListed(list, lister.list(list.topic(), fromBaseOffsets));
        } else if (command instanceof Command.LookAtRange look) {
            TopicPartition partition = look.ownership().partition();
            return new Event.RangeSeen(look.ownership(), lister.range(partition, look.position(), look.near()));
        } else if (command instanceof Command.LookFor look) {
            return lookFor(look);
        } else if (command instanceof Command.FindSegment find) {
            TopicPartition partition = find.ownership().partition();
            return new Event.SegmentFound(find.ownership(), lister.floor(partition, find.offset()));
        } else if (command instanceof Command.Heartbeat heartbeat) {
            return new Event.Renewed(heartbeat, heartbeat.session().heartbeat());
        } else if (command instanceof Command.MoveCheckpoints move) {
            return new Event.CommitsEnded(move, move.session().commit(move.commits()));
        } else if (command instanceof Command.Acquire acquire) {
            return new Event.AcquisitionEnded(acquire, acquire.session().acquire(acquire.partition()));
        } else if (command instanceof Command.Release release) {
            return new Event.ReleaseEnded(release, release.session().release(release.lease()));
        } else if (command instanceof Command.Join) {
            return new Event.JoinedGroup(checkpoints.join(
                    settings.group(), subscriptions.forOthers(settings.maxPartitions()), settings.leaseTtl()));
        } else if (command instanceof Command.Leave leave) {
            leave.session().leave();
            return new Event.Left(leave.session());
        } else if (command instanceof Command.Discover discover) {
            return topics.find(discover.explained());
        }
        throw new IllegalArgumentException("cannot run " + command);
    }

    /** How many buffers of fetched segments are in use: 0 once all that was fetched is let go of. */
    public int buffersOut() {
        return fetches.buffersOut();
    }

    private Event lookFor(Command.LookFor look) throws IOException {
        TopicPartition partition = look.ownership().partition();
        FoundSegment found = lister.find(partition, look.baseOffset(), look.mostBytes());
        if (found == null) {
            return new Event.LookedFor(look, null, null);
        }
        byte[] content = found.content();
        try {
            SegmentReader segment = content == null
                    ? null
                    : SegmentReader.open(
                            Objects.requireNonNull(found.listed().segment()).key(), content);
            return new Event.LookedFor(look, found.listed(), segment);
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            // In doubt it is listed and read again, which tells of damage if it is there then.
            return new Event.LookedFor(look, null, null);
        }
    }

    /** Interrupts the sink's call under {@code ownership}, if there is one. */
    void interrupt(Ownership ownership) {
        sinks.interrupt(ownership);
    }

    /** Closes the sinks that are shared, and the dead letters'; {@code failed} is told of what they throw. */
    public void close(Consumer<Throwable> failed) {
        sinks.close(failed);
    }
}
