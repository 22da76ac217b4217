package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.ProcessorHealth;
import io.kafscale.processor.Stage;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides everything a processor does: events in, commands out. It does no I/O, reads no clock but the one it was given,
 * and is driven by one thread; what it was told in which order determines all it does.
 *
 * <p>Here is what concerns the whole worker: its membership, which partitions to take, when to commit, and the end. What
 * concerns one partition is in {@link OwnedPartition}.
 */
public final class Coordinator {

    private static final Checkpoint FROM_THE_BEGINNING = Checkpoint.at(0);
    private static final int MAX_ACQUIRING = 16;
    /** Gathers the commits of partitions that begin or end at about the same time. */
    private static final Duration URGENT_COMMIT_PAUSE = Duration.ofMillis(20);

    private static final Duration HINT_DELAY = Duration.ofMillis(200);

    private final Settings settings;
    private final Subscriptions subscriptions;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final Consumer<Command> commands;
    private final Alarms alarms = new Alarms();
    private final BufferBudget budget;
    private final Backoff joining;
    private final Backoff discovering;
    private final Backoff acquiring;
    private final SortedMap<TopicPartition, OwnedPartition> owned = new TreeMap<>();
    private final Set<TopicPartition> beingAcquired = new LinkedHashSet<>();
    private final Set<OwnedPartition> waitingForBudget = new LinkedHashSet<>();
    private final OwnedPartition.Host worker = new Worker();

    private long now;
    private Set<TopicPartition> wanted = Set.of();
    private @Nullable Membership membership;
    private boolean joiningNow;
    private boolean draining;
    private boolean stopped;
    private boolean toldNothingFound;
    private boolean lookForPartitions;
    private long commitRoundNanos;
    private @Nullable Long nextCommitRoundNanos;

    /** What lasts as long as one session. */
    private static final class Membership {
        final GroupSession session;
        final LeaseTerm term;

        @Nullable
        GroupView view;

        LeaseTerm.@Nullable Renewal heartbeatSent;
        /** Partitions acquired after the heartbeat on its way was sent: its view may not show them yet. */
        final Set<TopicPartition> tooNew = new LinkedHashSet<>();

        boolean leaving;
        boolean hinted;

        Membership(GroupSession session, LeaseTerm term) {
            this.session = session;
            this.term = term;
        }
    }

    private LeaseTerm.Renewal joinSent;

    /** Decides for a worker with these settings; {@code commands} gets what is to be done, in order. */
    public Coordinator(
            Settings settings,
            Subscriptions subscriptions,
            Ticker ticker,
            RandomGenerator random,
            Consumer<Command> commands) {
        this.settings = settings;
        this.subscriptions = subscriptions;
        this.ticker = ticker;
        this.random = random;
        this.commands = commands;
        this.budget = new BufferBudget(settings.maxBufferedBytes());
        this.joining = new Backoff(random);
        this.discovering = new Backoff(random);
        this.acquiring = new Backoff(random);
        this.now = ticker.nanoTime();
        this.commitRoundNanos = now - settings.commitInterval().toNanos();
        this.joinSent = LeaseTerm.sentNow(ticker);
    }

    /** Begins. */
    public void start() {
        now = ticker.nanoTime();
        join();
        issue(new Command.Discover());
    }

    /** Takes in an event, and all that has become due meanwhile. */
    public void handle(Event event) {
        tick();
        accept(event);
        tick();
    }

    /** Does what has become due. */
    public void tick() {
        now = ticker.nanoTime();
        Membership current = membership;
        if (current != null && current.term.isOver()) {
            abandon("no renewal got through for " + settings.leaseTtl().toSeconds() + " s");
        }
        alarms.ringUntil(now);
        takePartitions();
        endIfDrained();
    }

    /** How long nothing will become due, in nanoseconds. */
    public long nanosUntilNextTick() {
        return alarms.untilNext(ticker.nanoTime());
    }

    /** Bytes of segments held or on their way. */
    public long bufferedBytes() {
        return budget.used();
    }

    /** Whether {@link Command.Stop} was issued. */
    public boolean isStopped() {
        return stopped;
    }

    private void accept(Event event) {
        if (event instanceof Event.Confirmed confirmed) {
            OwnedPartition partition = find(confirmed.batch().ownership());
            if (partition != null) {
                partition.confirmed(confirmed.batch());
            }
        } else if (event instanceof Event.NotConfirmed failed) {
            OwnedPartition partition = find(failed.batch().ownership());
            if (partition != null) {
                partition.notConfirmed(failed.batch(), failed.stage(), failed.cause());
            }
        } else if (event instanceof Event.NotWritten unwritten) {
            OwnedPartition partition = find(unwritten.batch().ownership());
            if (partition != null) {
                partition.notWritten(unwritten.batch());
            }
        } else if (event instanceof Event.Fetched fetched) {
            OwnedPartition partition = find(fetched.command().ownership());
            if (partition == null || !partition.fetched(fetched.command(), fetched.segment())) {
                release(fetched.command().segment());
            }
        } else if (event instanceof Event.Listed listed) {
            OwnedPartition partition = find(listed.ownership());
            if (partition != null) {
                partition.listed(listed.listing());
            }
        } else if (event instanceof Event.SegmentFound found) {
            OwnedPartition partition = find(found.ownership());
            if (partition != null) {
                partition.segmentFound(found.baseOffset());
            }
        } else if (event instanceof Event.CommitsEnded ended) {
            commitsEnded(ended.command(), ended.outcomes());
        } else if (event instanceof Event.Renewed renewed) {
            renewed(renewed.command(), renewed.view());
        } else if (event instanceof Event.AcquisitionEnded ended) {
            acquisitionEnded(ended.command(), ended.result());
        } else if (event instanceof Event.ReleaseEnded ended) {
            releaseEnded(ended.command(), ended.outcome());
        } else if (event instanceof Event.JoinedGroup joined) {
            joined(joined.session());
        } else if (event instanceof Event.Left) {
            stop(true);
        } else if (event instanceof Event.Discovered discovered) {
            discovered(discovered.partitions(), discovered.explanation());
        } else if (event instanceof Event.OwnershipHint) {
            ownershipChanged();
        } else if (event instanceof Event.DrainWanted) {
            drain();
        } else if (event instanceof Event.DrainLimitReached) {
            giveUpDraining();
        } else if (event instanceof Event.HealthWanted wantedHealth) {
            wantedHealth.answer().complete(health());
        } else if (event instanceof Event.Failed failed) {
            failed(failed.command(), failed.cause());
        }
    }

    private void failed(Command command, Throwable cause) {
        if (command instanceof Command.Write write) {
            accept(new Event.NotConfirmed(write.batch(), Stage.SINK, cause));
        } else if (command instanceof Command.Fetch fetch) {
            OwnedPartition partition = find(fetch.ownership());
            if (partition != null) {
                partition.fetchFailed(fetch, cause);
            }
            release(fetch.segment());
        } else if (command instanceof Command.ListSegments list) {
            listingFailed(list.ownership(), cause);
        } else if (command instanceof Command.FindSegment find) {
            listingFailed(find.ownership(), cause);
        } else if (command instanceof Command.MoveCheckpoints move) {
            for (Commit commit : move.commits()) {
                OwnedPartition partition = find(commit.lease());
                if (partition != null) {
                    partition.commitFailed(cause);
                }
            }
        } else if (command instanceof Command.Heartbeat heartbeat) {
            heartbeatFailed(heartbeat, cause);
        } else if (command instanceof Command.Acquire acquire) {
            acquireFailed(acquire, cause);
        } else if (command instanceof Command.Release release) {
            OwnedPartition partition = find(release.lease());
            if (partition != null) {
                partition.releaseFailed(cause);
            }
        } else if (command instanceof Command.Join) {
            joiningNow = false;
            joining.failed(now);
            tell(new ProcessorEvent.Failed(Stage.JOIN, null, joining.failures(), Reasons.of(cause)));
            alarms.at(joining.readyAtNanos(), this::join);
        } else if (command instanceof Command.Discover) {
            discovering.failed(now);
            tell(new ProcessorEvent.Failed(Stage.LIST, null, discovering.failures(), Reasons.of(cause)));
            alarms.at(discovering.readyAtNanos(), this::discover);
        } else if (command instanceof Command.Leave) {
            tell(new ProcessorEvent.Failed(Stage.LEASE, null, 1, Reasons.of(cause)));
            stop(true);
        } else {
            throw new IllegalStateException("nobody expects " + command + " to fail", cause);
        }
    }

    private void listingFailed(Ownership ownership, Throwable cause) {
        OwnedPartition partition = find(ownership);
        if (partition != null) {
            partition.listingFailed(cause);
        }
    }

    /** The partition while it is owned under exactly this ownership; late results of an earlier one find nothing. */
    private @Nullable OwnedPartition find(Ownership ownership) {
        OwnedPartition partition = owned.get(ownership.lease().partition());
        return partition == null || partition.ownership() != ownership ? null : partition;
    }

    private @Nullable OwnedPartition find(Lease lease) {
        OwnedPartition partition = owned.get(lease.partition());
        return partition == null || !partition.ownership().lease().equals(lease) ? null : partition;
    }

    // ---- membership

    private void join() {
        if (!joiningNow && membership == null && !draining) {
            joiningNow = true;
            joinSent = LeaseTerm.sentNow(ticker);
            issue(new Command.Join());
        }
    }

    private void joined(GroupSession session) {
        joiningNow = false;
        joining.succeeded();
        Membership joined = new Membership(session, new LeaseTerm(ticker, settings.leaseTtl(), joinSent));
        membership = joined;
        tell(new ProcessorEvent.Joined(session.memberId(), settings.group()));
        if (!draining) {
            guard(joined);
            heartbeat();
        }
    }

    /** Rings at the end of the term, so that nothing outlasts it even if nothing else happens. */
    private void guard(Membership guarded) {
        alarms.at(guarded.term.deadlineNanos(), () -> {
            if (membership == guarded) {
                guard(guarded);
            }
        });
    }

    /** Someone else took or gave something: look, but not at every single one of many changes. */
    private void ownershipChanged() {
        Membership current = membership;
        if (current != null && !current.hinted) {
            current.hinted = true;
            alarms.at(now + HINT_DELAY.toNanos(), () -> {
                current.hinted = false;
                heartbeatOf(current);
            });
        }
    }

    private void heartbeat() {
        Membership current = membership;
        if (current != null && current.heartbeatSent == null && !current.leaving) {
            current.heartbeatSent = LeaseTerm.sentNow(ticker);
            current.tooNew.clear();
            current.tooNew.addAll(beingAcquired);
            issue(new Command.Heartbeat(current.session));
        }
    }

    private void renewed(Command.Heartbeat command, GroupView view) {
        Membership current = membership;
        if (current == null || current.session != command.session()) {
            return;
        }
        LeaseTerm.Renewal sent = current.heartbeatSent;
        current.heartbeatSent = null;
        joining.succeeded();
        current.view = view;
        lookForPartitions = true;
        if (sent != null) {
            current.term.renewed(sent);
            long next = sent.nanos() + settings.leaseTtl().toNanos() / 3;
            alarms.at(next, () -> {
                // A hint may have caused a newer renewal meanwhile, which has set an alarm of its own.
                if (current.term.isRenewal(sent)) {
                    heartbeatOf(current);
                }
            });
        }
        for (OwnedPartition partition : List.copyOf(owned.values())) {
            Lease ours = partition.ownership().lease();
            Lease theirs = view.owner(partition.partition());
            if (!ours.equals(theirs) && !current.tooNew.contains(partition.partition()) && !partition.isReleasing()) {
                partition.lost(theirs == null ? "its lease was deleted" : "it is held by " + theirs.memberId());
            }
        }
    }

    private void heartbeatOf(Membership current) {
        if (membership == current) {
            heartbeat();
        }
    }

    private void heartbeatFailed(Command.Heartbeat command, Throwable cause) {
        Membership current = membership;
        if (current == null || current.session != command.session()) {
            return;
        }
        current.heartbeatSent = null;
        if (cause instanceof SessionExpiredException) {
            abandon(Reasons.of(cause));
            return;
        }
        joining.failed(now);
        tell(new ProcessorEvent.Failed(Stage.JOIN, null, joining.failures(), Reasons.of(cause)));
        alarms.at(joining.readyAtNanos(), () -> heartbeatOf(current));
    }

    /** Gives up a membership that is over, or may be; what is held under it is not ours from here on. */
    private void abandon(String reason) {
        Membership lost = membership;
        if (lost == null) {
            return;
        }
        membership = null;
        tell(new ProcessorEvent.SessionLost(lost.session.memberId(), reason));
        for (OwnedPartition partition : List.copyOf(owned.values())) {
            partition.lost(reason);
        }
        if (lost.leaving) {
            stop(true);
        }
        join();
    }

    // ---- which partitions

    private void discover() {
        if (!draining) {
            issue(new Command.Discover());
        }
    }

    private void discovered(Set<TopicPartition> partitions, @Nullable String explanation) {
        discovering.succeeded();
        wanted = partitions;
        lookForPartitions = true;
        if (explanation != null && !toldNothingFound) {
            tell(new ProcessorEvent.NothingFound(explanation));
        }
        toldNothingFound = explanation != null;
        alarms.at(now + settings.discoveryInterval().toNanos(), this::discover);
    }

    private void takePartitions() {
        Membership current = membership;
        if (!lookForPartitions || current == null || current.view == null || draining || !acquiring.isReady(now)) {
            return;
        }
        lookForPartitions = false;
        for (TopicPartition partition : wanted) {
            if (beingAcquired.size() == MAX_ACQUIRING) {
                return;
            }
            Lease holder = current.view.owner(partition);
            // One held by this very session but not known here comes of an acquisition whose reply was lost.
            boolean free = holder == null || holder.memberId().equals(current.session.memberId());
            if (free && !owned.containsKey(partition) && beingAcquired.add(partition)) {
                current.tooNew.add(partition);
                issue(new Command.Acquire(current.session, partition));
            }
        }
    }

    private void acquisitionEnded(Command.Acquire command, Acquisition result) {
        if (result instanceof Acquisition.Unknown unknown) {
            acquireFailed(command, unknown.cause());
            return;
        }
        beingAcquired.remove(command.partition());
        lookForPartitions = true;
        acquiring.succeeded();
        Membership current = membership;
        if (current == null || current.session != command.session()) {
            return;
        }
        if (result instanceof Acquisition.Held held) {
            current.view =
                    current.view == null ? null : current.view.with(new Lease(command.partition(), held.memberId(), 0));
        } else if (result instanceof Acquisition.Acquired acquired) {
            begin(current, acquired.lease(), acquired.checkpoint());
        }
    }

    private void begin(Membership current, Lease lease, @Nullable Checkpoint checkpoint) {
        Checkpoint start = checkpoint == null ? FROM_THE_BEGINNING : checkpoint;
        long epoch = Math.max(lease.token(), start.epoch() + 1);
        OwnedPartition partition = new OwnedPartition(
                worker,
                new Ownership(current.session, lease, epoch, current.term),
                subscriptions.plan(lease.partition().topic()),
                start);
        owned.put(lease.partition(), partition);
        partition.start();
        if (draining) {
            partition.drain();
        }
    }

    private void acquireFailed(Command.Acquire command, Throwable cause) {
        beingAcquired.remove(command.partition());
        acquiring.failed(now);
        alarms.at(acquiring.readyAtNanos(), () -> lookForPartitions = true);
        tell(new ProcessorEvent.Failed(Stage.LEASE, command.partition(), acquiring.failures(), Reasons.of(cause)));
    }

    // ---- commits

    /** Urgent is what a partition waits for: its first commit, before it begins, and its last. */
    private void wantsCommit(boolean urgent) {
        Duration pause = urgent && settings.commitInterval().compareTo(URGENT_COMMIT_PAUSE) > 0
                ? URGENT_COMMIT_PAUSE
                : settings.commitInterval();
        long due = commitRoundNanos + pause.toNanos();
        if (nextCommitRoundNanos == null || due - nextCommitRoundNanos < 0) {
            nextCommitRoundNanos = due;
            alarms.at(due, () -> {
                if (nextCommitRoundNanos != null && nextCommitRoundNanos == due) {
                    commitRound();
                }
            });
        }
    }

    private void commitRound() {
        nextCommitRoundNanos = null;
        commitRoundNanos = now;
        Membership current = membership;
        if (current == null) {
            return;
        }
        List<Commit> commits = new ArrayList<>();
        for (OwnedPartition partition : owned.values()) {
            Commit commit = partition.nextCommit();
            if (commit != null) {
                commits.add(commit);
            }
        }
        if (!commits.isEmpty()) {
            issue(new Command.MoveCheckpoints(current.session, commits));
        }
    }

    private void commitsEnded(Command.MoveCheckpoints command, List<Outcome> outcomes) {
        for (int i = 0; i < outcomes.size(); i++) {
            Commit commit = command.commits().get(i);
            OwnedPartition partition = find(commit.lease());
            if (partition == null) {
                continue;
            }
            Outcome outcome = outcomes.get(i);
            if (outcome instanceof Outcome.Applied) {
                partition.committed(commit.checkpoint());
            } else if (outcome instanceof Outcome.Fenced fenced) {
                tell(new ProcessorEvent.CommitFenced(
                        commit.lease().partition(), commit.checkpoint().nextOffset(), fenced.found()));
                partition.lost("its commit was refused");
            } else if (outcome instanceof Outcome.Conflict conflict) {
                partition.commitConflict(conflict.found());
            } else if (outcome instanceof Outcome.Unknown unknown) {
                partition.commitFailed(unknown.cause());
            }
        }
    }

    // ---- the end

    private void drain() {
        if (!draining) {
            draining = true;
            for (OwnedPartition partition : List.copyOf(owned.values())) {
                partition.drain();
            }
        }
    }

    private void releaseEnded(Command.Release command, Outcome outcome) {
        OwnedPartition partition = find(command.lease());
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

    private void endIfDrained() {
        if (!draining || stopped || joiningNow || !owned.isEmpty() || !beingAcquired.isEmpty()) {
            return;
        }
        leave();
    }

    private void leave() {
        Membership current = membership;
        if (current == null) {
            stop(true);
        } else if (!current.leaving) {
            current.leaving = true;
            issue(new Command.Leave(current.session));
        }
    }

    private void giveUpDraining() {
        if (!stopped) {
            for (OwnedPartition partition : owned.values()) {
                issue(new Command.Interrupt(partition.ownership()));
            }
            stop(false);
        }
    }

    private void stop(boolean everythingReleased) {
        if (!stopped) {
            stopped = true;
            issue(new Command.Stop(everythingReleased));
        }
    }

    private ProcessorHealth health() {
        SortedMap<TopicPartition, PartitionHealth> partitions = new TreeMap<>();
        owned.forEach((partition, state) -> partitions.put(partition, state.health()));
        Membership current = membership;
        return new ProcessorHealth(current == null ? null : current.session.memberId(), budget.used(), partitions);
    }

    private void issue(Command command) {
        commands.accept(command);
    }

    private void tell(ProcessorEvent event) {
        issue(new Command.Tell(event));
    }

    private void release(SegmentRef segment) {
        budget.release(segment.segment().size());
        if (!waitingForBudget.isEmpty()) {
            List<OwnedPartition> waiting = List.copyOf(waitingForBudget);
            waitingForBudget.clear();
            alarms.at(now, () -> waiting.forEach(OwnedPartition::advance));
        }
    }

    /** What partitions need of the worker they are in. */
    private final class Worker implements OwnedPartition.Host {
        @Override
        public Settings settings() {
            return settings;
        }

        @Override
        public long now() {
            return now;
        }

        @Override
        public Backoff newBackoff() {
            return new Backoff(random);
        }

        @Override
        public void issue(Command command) {
            Coordinator.this.issue(command);
        }

        @Override
        public void tell(ProcessorEvent event) {
            Coordinator.this.tell(event);
        }

        @Override
        public void wakeAt(long nanos, OwnedPartition partition) {
            alarms.at(nanos, partition::advance);
        }

        @Override
        public boolean reserve(SegmentRef segment, boolean holdsNothing) {
            return budget.reserve(segment.segment().size(), holdsNothing);
        }

        @Override
        public void release(SegmentRef segment) {
            Coordinator.this.release(segment);
        }

        @Override
        public void waitForBudget(OwnedPartition partition) {
            waitingForBudget.add(partition);
        }

        @Override
        public void wantsCommit(boolean urgent) {
            Coordinator.this.wantsCommit(urgent);
        }

        @Override
        public void ended(OwnedPartition partition) {
            if (owned.remove(partition.partition(), partition)) {
                waitingForBudget.remove(partition);
                lookForPartitions = true;
            }
        }
    }

    /** What it is about, for diagnosis. */
    @Override
    public String toString() {
        Membership current = membership;
        return (current == null ? "no member" : current.session.memberId())
                + (joiningNow ? ", joining" : "") + (draining ? ", draining" : "") + (stopped ? ", stopped" : "")
                + ", acquiring " + beingAcquired + ", owned " + owned.values();
    }
}
