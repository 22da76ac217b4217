package io.kafscale.processor.runtime;

import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.UnsupportedSegmentException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The segments of a partition that are here or on their way, each with its room reserved. */
final class Prefetch {

    /** A typical segment is smaller; a larger one takes one request more. */
    private static final int MOST_BY_NAME = 1 << 20;

    /** Of all that may be buffered, no more than this part is reserved for what may not be there. */
    private static final int SHARE_BY_NAME = 32;

    private final Environment env;
    private final SegmentBuffers buffers;
    private final BufferShare share;
    private final FetchDepth depth;
    private final Wakeup wakeup;
    private final Blockage blockage;
    private final Ownership ownership;
    private final BooleanSupplier isAtSink;
    private final Backoff fetching;
    private final Map<Long, Load> loads = new HashMap<>();

    /** Keys of objects that were damaged when they were read last. */
    private final Set<String> suspects = new HashSet<>();

    /** A segment on its way, or here once {@code segment} is set. */
    private static final class Load {
        final Command.Fetch command;

        /** So much room is reserved. */
        long bytes;

        @Nullable
        SegmentReader segment;

        /** In which the segment lies; null when it came along when it was looked for. */
        @Nullable
        FetchBuffer buffer;

        Load(Command.Fetch command) {
            this.command = command;
            this.bytes = command.bytes();
        }
    }

    /** {@code isAtSink} says whether a sink may be looking at any of the segments. */
    Prefetch(
            Environment env,
            SegmentBuffers buffers,
            Wakeup wakeup,
            Blockage blockage,
            Ownership ownership,
            BooleanSupplier isAtSink) {
        this.env = env;
        this.buffers = buffers;
        this.share = buffers.newShare(wakeup);
        this.depth = new FetchDepth(env.settings().prefetchSegments(), env.now());
        this.wakeup = wakeup;
        this.blockage = blockage;
        this.ownership = ownership;
        this.isAtSink = isAtSink;
        this.fetching = env.newBackoff();
    }

    /**
     * Fetches what is ready, as far ahead as allowed, while there is room; and in any case all that begins below
     * {@code plannedEnd}, which can only be delivered together.
     */
    void fetch(PartitionTail tail, long plannedEnd) {
        if (!wakeup.isReady(fetching)) {
            return;
        }
        int ahead = 0;
        for (SegmentRef ref : tail.ready()) {
            boolean isPlanned = ref.baseOffset() < plannedEnd;
            if (ahead++ >= depth.depth() && !isPlanned) {
                return;
            }
            if (!loads.containsKey(ref.baseOffset())) {
                Command.Fetch command = new Command.Fetch(ownership, ref, wantedFrom(tail, ref));
                boolean granted = isPlanned ? share.reserveNeeded(command.bytes()) : share.reserve(command.bytes());
                if (!granted) {
                    return;
                }
                loads.put(ref.baseOffset(), new Load(command));
                depth.asked(ref.baseOffset());
                buffers.fetchBegun();
                env.issue(command);
            }
        }
    }

    /** What was damaged is read as a whole, so that it can be said what is wrong with it. */
    private long wantedFrom(PartitionTail tail, SegmentRef ref) {
        boolean isSuspect = suspects.contains(ref.segment().key());
        return isSuspect ? ref.baseOffset() : Math.max(ref.baseOffset(), tail.expected());
    }

    /** The sink has nothing to do: fetches further ahead, if it is the first segment on its way that keeps it waiting. */
    void sinkIsIdle(PartitionTail tail) {
        SegmentRef head = tail.head();
        Load first = head == null ? null : loads.get(head.baseOffset());
        if (first != null && first.segment == null && isMoreReady(tail) && buffers.mayFetchAtOnce()) {
            depth.missed(first.command.segment().baseOffset(), env.now());
        }
    }

    /** Whether there is more to be read than is fetched ahead. */
    boolean isMoreReady(PartitionTail tail) {
        return tail.isMoreReadyThan(depth.depth());
    }

    /** The offset after all that is ready, or -1 while part of that is not here yet. */
    long knownEnd(PartitionTail tail) {
        long end = tail.expected();
        for (SegmentRef ref : tail.ready()) {
            SegmentReader segment = segment(ref);
            if (segment == null) {
                return -1;
            }
            end = Math.max(end, segment.nextOffset());
        }
        return end;
    }

    /** Reserves room to look for a segment by name; null when there is none, or enough is here. */
    Command.@Nullable LookFor lookFor(long baseOffset) {
        int mostBytes = (int) Math.min(MOST_BY_NAME, env.settings().maxBufferedBytes() / SHARE_BY_NAME);
        return loads.size() < depth.depth() && buffers.reserve(mostBytes)
                ? new Command.LookFor(ownership, baseOffset, mostBytes)
                : null;
    }

    /** Takes in a segment that came along when it was looked for. Without room for it it is fetched again later. */
    void found(SegmentRef ref, SegmentReader segment) {
        Command.Fetch command = new Command.Fetch(ownership, ref, ref.baseOffset());
        if (share.reserve(command.bytes())) {
            Load load = new Load(command);
            load.segment = segment;
            loads.put(ref.baseOffset(), load);
        }
    }

    /** Takes a segment in, unless it is no longer wanted; room and buffer are then the caller's to release. */
    boolean arrived(Command.Fetch command, SegmentReader segment, FetchBuffer buffer) {
        Load load = expected(command);
        if (load != null) {
            load.segment = segment;
            load.buffer = buffer;
            if (buffer.bytes() < load.bytes) {
                share.release(load.bytes - buffer.bytes());
                load.bytes = buffer.bytes();
            }
            fetching.succeeded();
            blockage.resolved(Stage.FETCH);
        }
        return load != null;
    }

    /**
     * Forgets a fetch that failed, to begin it again later; its room is the caller's to release. Whether what was read is
     * damaged, and has been as often in a row as the policy bears.
     */
    boolean failed(PartitionTail tail, Command.Fetch command, Throwable cause, ErrorPolicy decoding) {
        if (expected(command) == null) {
            return false;
        }
        SegmentRef ref = command.segment();
        loads.remove(ref.baseOffset());
        share.handOver(command.bytes());
        String key = ref.segment().key();
        boolean damaged = cause instanceof CorruptSegmentException || cause instanceof UnsupportedSegmentException;
        boolean changed = cause instanceof ObjectChangedException;
        if (damaged || changed) {
            tail.changed(ref);
        }
        if (changed) {
            env.tell(new ProcessorEvent.SegmentChanged(ref.partition(), key));
        }
        // Once is what a rewrite between listing and reading looks like; list and read again before calling it damaged.
        if (changed || (damaged && suspects.add(key))) {
            fetching.failed(env.now());
        } else {
            blockage.failed(damaged ? Stage.DECODE : Stage.FETCH, fetching, cause);
        }
        return damaged && fetching.failures() >= decoding.attempts();
    }

    /** Damage was found while it was delivered. */
    void damaged(PartitionTail tail, SegmentRef ref) {
        drop(ref);
        tail.changed(ref);
        fetching.failed(env.now());
    }

    private @Nullable Load expected(Command.Fetch command) {
        Load load = loads.get(command.segment().baseOffset());
        return load != null && load.segment == null && load.command.equals(command) ? load : null;
    }

    /** The segment, or null while it is not here. */
    @Nullable
    SegmentReader segment(SegmentRef ref) {
        Load load = loads.get(ref.baseOffset());
        return load == null ? null : load.segment;
    }

    /** Lets go of a segment that has been delivered: the sink has answered, and can no longer look at it. */
    void completed(SegmentRef ref) {
        suspects.remove(ref.segment().key());
        drop(ref);
        int here = (int)
                loads.values().stream().filter(load -> load.segment != null).count();
        depth.delivered(here, env.now());
    }

    /** Lets go of a segment. What is still on its way keeps its room until it is here. */
    private void drop(SegmentRef ref) {
        Load load = loads.remove(ref.baseOffset());
        if (load == null) {
            return;
        }
        if (load.segment == null) {
            share.handOver(load.bytes);
        } else {
            share.release(load.bytes);
            giveBack(load.buffer);
        }
    }

    /** While a sink has a batch of this partition, whichever, what is let go of is left to the garbage collector. */
    private void giveBack(@Nullable FetchBuffer buffer) {
        if (buffer != null && isAtSink.getAsBoolean()) {
            buffer.leave();
        } else if (buffer != null) {
            buffer.giveBack();
        }
    }

    /** Lets go of all but the segments at the sink. */
    void dropAllBut(Collection<SegmentRef> atSink) {
        for (Load load : List.copyOf(loads.values())) {
            if (!atSink.contains(load.command.segment())) {
                drop(load.command.segment());
            }
        }
    }

    /** Lets go of what is now listed as another object; it has to be fetched again. */
    void dropReplaced(PartitionTail tail, Collection<SegmentRef> atSink) {
        Set<SegmentRef> listed = new HashSet<>();
        tail.ready().forEach(listed::add);
        for (Load load : List.copyOf(loads.values())) {
            SegmentRef ref = load.command.segment();
            if (!atSink.contains(ref) && !listed.contains(ref)) {
                drop(ref);
            }
        }
    }

    /** The offset after the last one that is here, or -1. */
    long end() {
        long end = -1;
        for (Load load : loads.values()) {
            end = load.segment == null ? end : Math.max(end, load.segment.nextOffset());
        }
        return end;
    }
}
