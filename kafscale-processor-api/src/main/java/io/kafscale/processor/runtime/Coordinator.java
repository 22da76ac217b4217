package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.ProcessorHealth;
import io.kafscale.segment.TopicPartition;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides everything a processor does: events in, commands out. It does no I/O, reads no clock but the one it was given,
 * and is driven by one thread; what it was told in which order determines all it does.
 *
 * <p>The decisions are made by its parts: {@link Membership} (being in the group), {@link TopicDiscovery} (which
 * partitions there are), {@link Claims} (which of them to take), {@link OwnedPartition} (everything about one of these),
 * {@link CommitRounds} (when offsets move), {@link Drain} (the end). Here events find their way to them.
 */
public final class Coordinator {

    private final Environment env;
    private final Subscriptions subscriptions;
    private final Partitions partitions = new Partitions();
    private final SegmentBuffers buffers;
    private final WriteSlots slots;
    private final Set<TopicPartition> paused = new HashSet<>();
    private final TopicPolls polls;
    private final TopicDiscovery discovery;
    private final Claims claims;
    private final Membership membership;
    private final CommitRounds commits;
    private final CatalogState catalog;
    private final Epochs epochs = new Epochs();
    private final Drain drain;

    /**
     * Decides for a worker with these settings.
     *
     * @param inflatedBytes how many bytes of batches are inflated at the moment
     * @param commands gets what is to be done, in order
     */
    public Coordinator(
            Settings settings,
            Subscriptions subscriptions,
            Ticker ticker,
            RandomGenerator random,
            LongSupplier inflatedBytes,
            Consumer<Command> commands) {
        this.env = new Environment(settings, ticker, random, commands);
        this.subscriptions = subscriptions;
        this.buffers = new SegmentBuffers(env, inflatedBytes);
        this.slots = new WriteSlots(env);
        this.polls = new TopicPolls(env, partitions);
        this.claims = new Claims(env, partitions, new OfClaims());
        this.discovery = new TopicDiscovery(env, claims::discovered);
        this.membership = new Membership(env, claims::beingAcquired, new OfMembership());
        this.catalog = new CatalogState(env);
        this.commits = new CommitRounds(env, partitions, membership);
        this.drain = new Drain(env, partitions, discovery, claims, membership);
    }

    /** Begins. */
    public void start() {
        env.readTheClock();
        membership.join();
        discovery.discover();
    }

    /** Takes in an event, and all that has become due meanwhile. */
    public void handle(Event event) {
        tick();
        accept(event);
        tick();
    }

    /** Does what has become due. */
    public void tick() {
        env.readTheClock();
        membership.checkTerm();
        env.ringAlarms();
        if (env.endWanted() != null) {
            drain.begin();
        }
        claims.balance(membership.current());
        drain.leaveIfDone();
    }

    /** How long nothing will become due, in nanoseconds. */
    public long nanosUntilNextTick() {
        return env.nanosUntilNextAlarm();
    }

    /** Bytes of segments held or on their way, and of batches that are inflated. */
    public long bufferedBytes() {
        return buffers.used();
    }

    /** Whether {@link Command.Stop} was issued. */
    public boolean isStopped() {
        return drain.isStopped();
    }

    private void accept(Event event) {
        if (event instanceof Event.LookedFor found) {
            buffers.release(found.command().mostBytes());
        } else if (event instanceof Event.Fetched) {
            buffers.fetchEnded();
        }
        if (event instanceof Event.Confirmed
                || event instanceof Event.NotConfirmed
                || event instanceof Event.NotWritten) {
            slots.giveBack(((Event.OfPartition) event).ownership().partition());
        }
        if (event instanceof Event.OfPartition ofPartition) {
            OwnedPartition partition = partitions.find(ofPartition.ownership());
            boolean kept = partition != null && partition.handle(ofPartition);
            if (!kept && event instanceof Event.Fetched fetched) {
                buffers.release(fetched.command().bytes());
                fetched.buffer().giveBack();
            }
        } else if (event instanceof Event.TopicListed listed) {
            polls.ended(listed.command(), listed.result());
        } else if (event instanceof Event.Failed failed) {
            failed(failed.command(), failed.cause());
        } else if (event instanceof Event.CommitsEnded ended) {
            commits.ended(ended.command(), ended.outcomes());
        } else if (event instanceof Event.Renewed renewed) {
            membership.renewed(renewed.command().session(), renewed.view());
        } else if (event instanceof Event.AcquisitionEnded ended) {
            claims.ended(ended.command(), ended.result(), membership.current());
        } else if (event instanceof Event.ReleaseEnded ended) {
            releaseEnded(ended.command().lease(), ended.outcome());
        } else if (event instanceof Event.JoinedGroup joined) {
            membership.joined(joined.session());
        } else if (event instanceof Event.Left left) {
            membership.leaveEnded(left.session(), null);
        } else if (event instanceof Event.Discovered discovered) {
            catalog.read(discovered.catalogFailure());
            discovery.discovered(discovered.partitions(), discovered.missing(), discovered.explanation());
        } else if (event instanceof Event.EndMoved moved) {
            OwnedPartition partition = partitions.find(moved.partition());
            if (partition != null) {
                partition.hinted(moved.nextOffset());
            }
        } else if (event instanceof Event.PartitionsHint) {
            discovery.partitionsChanged();
        } else if (event instanceof Event.CatalogBegan) {
            catalog.began();
            discovery.partitionsChanged();
        } else if (event instanceof Event.CatalogEnded ended) {
            catalog.ended(ended.reason());
            partitions.all().forEach(OwnedPartition::pollSoon);
        } else if (event instanceof Event.OwnershipHint) {
            membership.ownershipChanged();
        } else if (event instanceof Event.DrainWanted) {
            drain.begin();
        } else if (event instanceof Event.DrainLimitReached) {
            drain.giveUp();
        } else if (event instanceof Event.PauseWanted wanted) {
            pause(wanted.partition(), wanted.isPaused());
        } else if (event instanceof Event.SeekWanted wanted) {
            seek(wanted);
        } else if (event instanceof Event.HealthWanted wanted) {
            wanted.answer().complete(health());
        }
    }

    private void pause(TopicPartition partition, boolean isPaused) {
        boolean changed = isPaused ? paused.add(partition) : paused.remove(partition);
        OwnedPartition owned = partitions.find(partition);
        if (changed && owned != null) {
            owned.pause(isPaused);
        }
    }

    private void seek(Event.SeekWanted wanted) {
        OwnedPartition owned = partitions.find(wanted.partition());
        if (owned == null) {
            wanted.answer()
                    .completeExceptionally(new IllegalStateException(wanted.partition()
                            + " is not owned by this worker; seek where it is owned, or reset it with CheckpointAdmin while"
                            + " nobody owns it"));
        } else {
            owned.seek(wanted.position(), wanted.answer());
        }
    }

    private void failed(Command command, Throwable cause) {
        if (command instanceof Command.Write write) {
            slots.giveBack(write.ownership().partition());
        }
        if (command instanceof Command.OfPartition ofPartition) {
            OwnedPartition partition = partitions.find(ofPartition.ownership());
            if (partition != null) {
                partition.failed(ofPartition, cause);
            }
            if (command instanceof Command.Fetch fetch) {
                buffers.fetchEnded();
                buffers.release(fetch.bytes());
            } else if (command instanceof Command.LookFor look) {
                buffers.release(look.mostBytes());
            }
        } else if (command instanceof Command.ListTopic list) {
            list.partitions().forEach(one -> failed(one, cause));
        } else if (command instanceof Command.MoveCheckpoints move) {
            commits.failed(move, cause);
        } else if (command instanceof Command.Heartbeat heartbeat) {
            membership.heartbeatFailed(heartbeat.session(), cause);
        } else if (command instanceof Command.Acquire acquire) {
            claims.failed(acquire, cause);
        } else if (command instanceof Command.Release release) {
            releaseFailed(release.lease(), cause);
        } else if (command instanceof Command.Join) {
            membership.joinFailed(cause);
        } else if (command instanceof Command.Discover) {
            discovery.failed(cause);
        } else if (command instanceof Command.Leave leave) {
            membership.leaveEnded(leave.session(), cause);
        } else {
            throw new IllegalStateException("nobody expects " + command + " to fail", cause);
        }
    }

    private void releaseEnded(Lease lease, Outcome outcome) {
        OwnedPartition partition = partitions.find(lease);
        if (partition == null) {
            return;
        }
        if (outcome instanceof Outcome.Applied) {
            partition.released();
        } else if (outcome instanceof Outcome.Fenced fenced) {
            partition.lost("it was not released, the lease is not ours: " + fenced.found());
        } else if (outcome instanceof Outcome.Unknown unknown) {
            partition.releaseFailed(unknown.cause());
        } else {
            partition.releaseFailed(new IllegalStateException("a release cannot end in " + outcome));
        }
    }

    private void releaseFailed(Lease lease, Throwable cause) {
        OwnedPartition partition = partitions.find(lease);
        if (partition != null) {
            partition.releaseFailed(cause);
        }
    }

    private void begin(Member member, Acquisition.Acquired acquired) {
        Lease lease = acquired.lease();
        @Nullable Checkpoint stored = acquired.checkpoint();
        Checkpoint start = stored == null ? Checkpoint.NONE : stored;
        begin(new Ownership(member.session, lease, epochs.next(lease, start), member.term), start, false);
    }

    private void begin(Ownership ownership, Checkpoint start, boolean isMoved) {
        OwnedPartition partition = new OwnedPartition(
                env,
                buffers,
                slots,
                polls,
                commits,
                new OfPartition(),
                ownership,
                subscriptions.plan(ownership.partition().topic()),
                start,
                isMoved);
        partitions.add(partition);
        partition.pause(paused.contains(partition.partition()));
        partition.start();
        if (drain.hasBegun()) {
            partition.drain();
        }
    }

    private final class OfPartition implements OwnedPartition.Consequences {
        @Override
        public void over(OwnedPartition partition) {
            if (partitions.remove(partition)) {
                claims.lookAgain();
            }
        }

        @Override
        public void beginsAnew(OwnedPartition partition, Checkpoint at) {
            if (partitions.remove(partition)) {
                Ownership before = partition.ownership();
                begin(before.under(epochs.next(before.lease(), at)), at, true);
            }
        }
    }

    private final class OfClaims implements Claims.Taker {
        @Override
        public void begin(Member member, Acquisition.Acquired acquired) {
            Coordinator.this.begin(member, acquired);
        }

        @Override
        public void lookSoon() {
            membership.ownershipChanged();
        }
    }

    private final class OfMembership implements Membership.Consequences {
        @Override
        public void seen(Member member, GroupView view) {
            epochs.saw(view, member.id());
            for (OwnedPartition partition : partitions.all()) {
                Lease holder = view.owner(partition.partition());
                boolean stillOurs = partition.ownership().lease().equals(holder);
                if (!stillOurs && member.viewIsRecentFor(partition.partition()) && !partition.isReleasing()) {
                    partition.lost(holder == null ? "its lease was deleted" : "it is held by " + holder.memberId());
                }
            }
            claims.lookAgain();
        }

        @Override
        public void lost(String reason) {
            partitions.all().forEach(partition -> partition.lost(reason));
        }

        @Override
        public void left() {
            drain.stop(true);
        }
    }

    /** What it is doing now. */
    ProcessorHealth health() {
        SortedMap<TopicPartition, PartitionHealth> states = new TreeMap<>();
        partitions.all().forEach(partition -> states.put(partition.partition(), partition.health()));
        Member member = membership.current();
        return new ProcessorHealth(
                !drain.isStopped(),
                member != null && member.hasView() && !drain.hasBegun(),
                member == null ? null : member.id(),
                buffers.used(),
                states);
    }

    /** What it is about, for diagnosis. */
    @Override
    public String toString() {
        Member member = membership.current();
        return (member == null ? "no member" : member.id()) + (membership.isJoining() ? ", joining" : "")
                + drain + ", acquiring "
                + claims.beingAcquired() + ", owned " + partitions;
    }
}
