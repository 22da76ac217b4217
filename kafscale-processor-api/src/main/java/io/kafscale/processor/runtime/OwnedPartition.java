package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.PartitionHealth;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import io.kafscale.segment.UnsupportedSegmentException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A partition while it is owned: lists, fetches ahead, hands one segment after another to the sink, and knows how far the
 * sink has confirmed. It ends with its {@link Ownership}; owning the partition again makes a new one.
 */
final class OwnedPartition {

    /** What every partition needs of the coordinator. */
    interface Host {
        Settings settings();

        boolean reserve(SegmentRef segment, boolean holdsNothing);

        void release(SegmentRef segment);

        long now();

        Backoff newBackoff();

        void issue(Command command);

        void tell(ProcessorEvent event);

        void wakeAt(long nanos, OwnedPartition partition);

        void waitForBudget(OwnedPartition partition);

        void wantsCommit(boolean urgent);

        void ended(OwnedPartition partition);
    }

    private enum Phase {
        /** Finding where to begin. */
        STARTING,
        RUNNING,
        /** Nothing new is begun; given back once all is committed. */
        DRAINING,
        RELEASING,
        /** No longer ours, or given back. */
        ENDED
    }

    private final Host host;
    private final Ownership ownership;
    private final TopicPlan plan;
    private final Map<Long, Load> loads = new HashMap<>();
    private final Set<String> suspects = new HashSet<>();
    private final Backoff listing;
    private final Backoff fetching;
    private final Backoff writing;
    private final Backoff storing;

    private Phase phase = Phase.STARTING;
    private Checkpoint confirmed;
    private @Nullable Checkpoint committed;
    private @Nullable PartitionTail tail;
    private long pollAtNanos;
    private boolean listingNow;
    private boolean committingNow;
    private @Nullable Delivery delivery;
    private @Nullable SegmentBatch batch;
    private @Nullable String blockedOn;
    private long alarmNanos = Long.MAX_VALUE;

    /** A segment that is being fetched, or is here once {@code segment} is set; its size is reserved. */
    private static final class Load {
        final SegmentRef ref;
        final Command.Fetch command;

        @Nullable
        SegmentReader segment;

        Load(Command.Fetch command) {
            this.ref = command.segment();
            this.command = command;
        }
    }

    /** The segment whose records are at the sink, and what its confirmation will mean. */
    private record Delivery(Load load, SegmentReader segment, PartitionTail.Admission admission, LossLedger losses) {}

    OwnedPartition(Host host, Ownership ownership, TopicPlan plan, Checkpoint start) {
        this.host = host;
        this.ownership = ownership;
        this.plan = plan;
        this.confirmed = start.withEpoch(ownership.epoch());
        this.listing = host.newBackoff();
        this.fetching = host.newBackoff();
        this.writing = host.newBackoff();
        this.storing = host.newBackoff();
    }

    Ownership ownership() {
        return ownership;
    }

    TopicPartition partition() {
        return ownership.lease().partition();
    }

    /** Whether no write of this ownership is under way any more, so that a next one may begin. */
    private boolean isOver() {
        return phase == Phase.ENDED && batch == null;
    }

    /** Whether its lease is being given back, and may be gone by now. */
    boolean isReleasing() {
        return phase == Phase.RELEASING;
    }

    // ---- starting

    void start() {
        if (confirmed.listFrom() == Checkpoint.UNKNOWN && confirmed.nextOffset() > 0) {
            listingNow = true;
            host.issue(new Command.FindSegment(ownership, confirmed.nextOffset()));
        } else {
            begin(Math.max(0, confirmed.listFrom()));
        }
    }

    void segmentFound(long baseOffset) {
        listingNow = false;
        listing.succeeded();
        unblock(Stage.LIST);
        if (tail == null) {
            begin(baseOffset < 0 ? 0 : baseOffset);
        }
    }

    private void begin(long listFrom) {
        tail = new PartitionTail(
                partition(),
                listFrom,
                confirmed.nextOffset(),
                host.settings().grace(),
                half -> host.tell(new ProcessorEvent.Orphan(partition(), half.key())));
        pollAtNanos = host.now();
        advance();
    }

    // ---- the pipeline

    /** Does whatever can be done now. Called after everything that happens, as often as one likes. */
    void advance() {
        if (phase == Phase.STARTING && tail != null && committed != null) {
            phase = Phase.RUNNING;
            host.tell(new ProcessorEvent.Acquired(partition(), ownership.epoch(), confirmed.nextOffset()));
        }
        PartitionTail current = tail;
        if (phase == Phase.RUNNING && current != null && !ownership.isRevoked()) {
            list(current);
            fetch(current);
            deliver(current);
            list(current);
        } else if (phase == Phase.STARTING && current == null && !listingNow && listing.failures() > 0) {
            retryFindSegment();
        } else if (phase == Phase.DRAINING) {
            finish();
        } else if (isOver()) {
            dropAll();
            host.ended(this);
        }
        askForCommit();
    }

    private void retryFindSegment() {
        if (listing.isReady(host.now())) {
            listingNow = true;
            host.issue(new Command.FindSegment(ownership, confirmed.nextOffset()));
        } else {
            wakeAt(listing.readyAtNanos());
        }
    }

    private void list(PartitionTail current) {
        Long heldUntil = current.heldUntilNanos();
        if (heldUntil != null) {
            if (host.now() - heldUntil >= 0) {
                current.graceEnded();
            } else {
                wakeAt(heldUntil);
            }
        }
        if (listingNow || current.hasEnough()) {
            return;
        }
        long due = current.wantsListing() ? host.now() : pollAtNanos;
        if (!listing.isReady(host.now())) {
            due = listing.readyAtNanos();
        }
        if (host.now() - due < 0) {
            wakeAt(due);
            return;
        }
        listingNow = true;
        host.issue(new Command.ListSegments(ownership, current.beginListing()));
    }

    void listed(SegmentListing result) {
        listingNow = false;
        listing.succeeded();
        unblock(Stage.LIST);
        pollAtNanos = host.now() + host.settings().pollInterval().toNanos();
        if (tail != null) {
            tail.listed(result, host.now());
            dropReplaced(tail);
        }
        advance();
    }

    /** A segment that was fetched, or is being fetched, but is now listed as another object must be fetched again. */
    private void dropReplaced(PartitionTail current) {
        Map<Long, SegmentRef> ready = new HashMap<>();
        current.ready().forEach(ref -> ready.put(ref.baseOffset(), ref));
        Load atSink = delivery == null ? null : delivery.load;
        for (Load load : Map.copyOf(loads).values()) {
            SegmentRef now = ready.get(load.ref.baseOffset());
            if (load != atSink && !load.ref.equals(now)) {
                drop(load);
            }
        }
    }

    private void fetch(PartitionTail current) {
        if (!fetching.isReady(host.now())) {
            wakeAt(fetching.readyAtNanos());
            return;
        }
        int ahead = 0;
        for (SegmentRef ref : current.ready()) {
            if (ahead++ == host.settings().prefetchSegments()) {
                return;
            }
            if (!loads.containsKey(ref.baseOffset())) {
                if (!host.reserve(ref, loads.isEmpty())) {
                    host.waitForBudget(this);
                    return;
                }
                Command.Fetch command = new Command.Fetch(ownership, ref);
                loads.put(ref.baseOffset(), new Load(command));
                host.issue(command);
            }
        }
    }

    /** Takes a segment in, unless it is no longer wanted; its reservation is then the caller's to release. */
    boolean fetched(Command.Fetch command, SegmentReader segment) {
        Load load = loads.get(command.segment().baseOffset());
        if (load == null || load.segment != null || !load.command.equals(command)) {
            return false;
        }
        load.segment = segment;
        fetching.succeeded();
        unblock(Stage.FETCH);
        advance();
        return true;
    }

    /** What is still on its way keeps its reservation until it is here. */
    private void drop(Load load) {
        loads.remove(load.ref.baseOffset());
        if (load.segment != null) {
            host.release(load.ref);
        }
    }

    private void deliver(PartitionTail current) {
        while (batch == null && phase == Phase.RUNNING) {
            Delivery next = delivery == null ? nextDelivery(current) : delivery;
            delivery = next;
            if (next == null) {
                return;
            }
            PartitionTail.Admission admitted = next.admission;
            if (admitted.from() < admitted.until()) {
                if (!writing.isReady(host.now())) {
                    wakeAt(writing.readyAtNanos());
                    return;
                }
                int attempt = writing.failures() + 1;
                batch = new SegmentBatch(plan, ownership, next.segment, admitted.from(), admitted.until(), attempt);
                host.issue(new Command.Write(batch));
                return;
            }
            completed(next, current);
        }
    }

    private @Nullable Delivery nextDelivery(PartitionTail current) {
        SegmentRef head = current.head();
        Load load = head == null ? null : loads.get(head.baseOffset());
        SegmentReader segment = load == null ? null : load.segment;
        if (head == null || load == null || segment == null) {
            return null;
        }
        PartitionTail.Admission admission = current.admit(head, segment.lastOffset());
        return admission == null ? null : new Delivery(load, segment, admission, account(load.ref, segment, admission));
    }

    /** Tells of all that is passed over with this segment, and counts it. */
    private LossLedger account(SegmentRef ref, SegmentReader segment, PartitionTail.Admission admitted) {
        LossLedger losses = confirmed.losses();
        String object = ref.segment().key();
        if (admitted.gapFrom() < admitted.from()) {
            host.tell(new ProcessorEvent.Gap(partition(), admitted.gapFrom(), admitted.from()));
            losses = losses.plusGap(admitted.from() - admitted.gapFrom());
        }
        if (admitted.droppedBelow() > 0) {
            long until = Math.min(admitted.from(), segment.lastOffset() + 1);
            host.tell(new ProcessorEvent.Overlap(partition(), object, until - admitted.droppedBelow(), until));
            losses = losses.plusOverlap(admitted.droppedBelow());
        }
        if (admitted.droppedAbove() > 0) {
            long from = admitted.until();
            host.tell(new ProcessorEvent.Overlap(partition(), object, from, from + admitted.droppedAbove()));
            losses = losses.plusOverlap(admitted.droppedAbove());
        }
        if (segment.strayBatches() > 0 && admitted.from() < admitted.until()) {
            host.tell(new ProcessorEvent.Strays(partition(), object, segment.strayBatches(), segment.strayRecords()));
            losses = losses.plusStrays(segment.strayRecords());
        }
        return losses;
    }

    void confirmed(SegmentBatch written) {
        if (written != batch) {
            return;
        }
        batch = null;
        // Too late a confirmation moves nothing: another owner may have begun where the last commit left off.
        Delivery done = delivery;
        if (done != null && tail != null && phase != Phase.ENDED && !ownership.isRevoked()) {
            writing.succeeded();
            blockedOn = null;
            completed(done, tail);
        }
        advance();
    }

    private void completed(Delivery done, PartitionTail current) {
        delivery = null;
        suspects.remove(done.load.ref.segment().key());
        current.completed(done.load.ref, done.admission.until());
        confirmed = new Checkpoint(
                current.expected(),
                current.listFrom(),
                ownership.epoch(),
                Math.max(confirmed.timestampMillis(), done.segment.maxTimestamp()),
                done.losses);
        drop(done.load);
    }

    // ---- what goes wrong

    void listingFailed(Throwable cause) {
        listingNow = false;
        if (tail != null) {
            tail.listingFailed();
        }
        retry(Stage.LIST, listing, cause);
    }

    void fetchFailed(Command.Fetch command, Throwable cause) {
        SegmentRef ref = command.segment();
        Load load = loads.get(ref.baseOffset());
        if (load == null || load.segment != null || !load.command.equals(command)) {
            return;
        }
        drop(load);
        boolean damaged = cause instanceof CorruptSegmentException || cause instanceof UnsupportedSegmentException;
        boolean changed = cause instanceof ObjectChangedException;
        if ((damaged || changed) && tail != null) {
            tail.changed(ref);
        }
        // Once is what a rewrite between listing and reading looks like; list and read again before calling it damaged.
        if (changed || (damaged && suspects.add(ref.segment().key()))) {
            fetching.failed(host.now());
            advance();
        } else {
            retry(damaged ? Stage.DECODE : Stage.FETCH, fetching, cause);
        }
    }

    void notConfirmed(SegmentBatch failed, Stage stage, Throwable cause) {
        if (failed != batch) {
            return;
        }
        batch = null;
        Delivery current = delivery;
        if (stage == Stage.DECODE && current != null && tail != null && phase == Phase.RUNNING) {
            // The bytes are bad: fetch them anew. What was accounted for is accounted for again then.
            delivery = null;
            drop(current.load);
            tail.changed(current.load.ref);
            fetching.failed(host.now());
        }
        retry(stage, writing, cause);
    }

    void notWritten(SegmentBatch unwritten) {
        if (unwritten == batch) {
            batch = null;
            advance();
        }
    }

    private void retry(Stage stage, Backoff backoff, Throwable cause) {
        backoff.failed(host.now());
        if (phase != Phase.ENDED) {
            String reason = Reasons.of(cause);
            blockedOn = stage.label() + ": " + reason;
            host.tell(new ProcessorEvent.Failed(stage, partition(), backoff.failures(), reason));
        }
        advance();
    }

    private void unblock(Stage stage) {
        if (blockedOn != null && blockedOn.startsWith(stage.label() + ":")) {
            blockedOn = null;
        }
    }

    // ---- checkpoints

    /** The commit that is due, or null when nothing has moved, or one is on its way. */
    @Nullable
    Commit nextCommit() {
        if (committingNow || confirmed.equals(committed) || !isHeld() || !storing.isReady(host.now())) {
            return null;
        }
        committingNow = true;
        return new Commit(ownership.lease(), confirmed);
    }

    private boolean isHeld() {
        return phase != Phase.ENDED && phase != Phase.RELEASING && !ownership.isRevoked();
    }

    void committed(Checkpoint checkpoint) {
        committingNow = false;
        committed = checkpoint;
        storing.succeeded();
        unblock(Stage.COMMIT);
        advance();
    }

    void commitConflict(@Nullable Checkpoint found) {
        committingNow = false;
        committed = null;
        host.tell(new ProcessorEvent.ForeignCommit(partition(), found == null ? -1 : found.nextOffset()));
        advance();
    }

    void commitFailed(Throwable cause) {
        committingNow = false;
        retry(Stage.COMMIT, storing, cause);
    }

    /** Asks for a commit of what is not committed yet; at first that is the epoch, before anything is dispatched. */
    private void askForCommit() {
        if (isHeld() && !committingNow && !confirmed.equals(committed)) {
            if (storing.isReady(host.now())) {
                host.wantsCommit(phase != Phase.RUNNING);
            } else {
                wakeAt(storing.readyAtNanos());
            }
        }
    }

    // ---- the end

    void drain() {
        if (phase == Phase.STARTING || phase == Phase.RUNNING) {
            phase = Phase.DRAINING;
            dropUnwritten();
        }
        advance();
    }

    private void finish() {
        if (batch == null && !committingNow && confirmed.equals(committed) && storing.isReady(host.now())) {
            phase = Phase.RELEASING;
            host.issue(new Command.Release(ownership.session(), ownership.lease()));
        } else if (!storing.isReady(host.now())) {
            wakeAt(storing.readyAtNanos());
        }
    }

    void released() {
        host.tell(new ProcessorEvent.Released(partition(), confirmed.nextOffset()));
        end();
    }

    void releaseFailed(Throwable cause) {
        if (phase == Phase.RELEASING) {
            phase = Phase.DRAINING;
            storing.failed(host.now());
            host.tell(new ProcessorEvent.Failed(Stage.LEASE, partition(), storing.failures(), Reasons.of(cause)));
            advance();
        }
    }

    /** It is no longer ours. A write that still runs is interrupted and waited for; its result counts for nothing. */
    void lost(String reason) {
        if (phase != Phase.ENDED) {
            end();
            host.tell(new ProcessorEvent.Lost(partition(), reason));
            if (batch != null) {
                host.issue(new Command.Interrupt(ownership));
            }
        }
    }

    private void end() {
        phase = Phase.ENDED;
        ownership.revoke();
        dropUnwritten();
        advance();
    }

    private void dropAll() {
        delivery = null;
        Map.copyOf(loads).values().forEach(this::drop);
    }

    private void dropUnwritten() {
        Load atSink = delivery == null ? null : delivery.load;
        for (Load load : Map.copyOf(loads).values()) {
            if (load != atSink) {
                drop(load);
            }
        }
    }

    private void wakeAt(long nanos) {
        if (alarmNanos == Long.MAX_VALUE || nanos - alarmNanos < 0 || host.now() - alarmNanos >= 0) {
            alarmNanos = nanos;
            host.wakeAt(nanos, this);
        }
    }

    PartitionHealth health() {
        long end = tail == null ? confirmed.nextOffset() : tail.knownEnd();
        for (Load load : loads.values()) {
            if (load.segment != null) {
                end = Math.max(end, load.segment.lastOffset() + 1);
            }
        }
        Checkpoint stored = committed;
        return new PartitionHealth(
                ownership.epoch(),
                stored == null ? 0 : stored.nextOffset(),
                confirmed.nextOffset(),
                end,
                blockedOn,
                confirmed.losses());
    }

    @Override
    public String toString() {
        return partition() + " " + phase + " epoch " + ownership.epoch() + " confirmed " + confirmed.nextOffset()
                + (confirmed.equals(committed) ? "" : " uncommitted") + (committingNow ? " committing" : "")
                + (listingNow ? " listing" : "") + (batch == null ? "" : " writing " + batch)
                + (blockedOn == null ? "" : " blocked on " + blockedOn);
    }
}
