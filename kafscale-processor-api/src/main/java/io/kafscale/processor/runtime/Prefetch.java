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
import org.jspecify.annotations.Nullable;

/** The segments of a partition that are here or on their way, each with its room reserved. */
final class Prefetch {

    /** A typical segment is smaller; a larger one takes one request more. */
    private static final int MOST_BY_NAME = 1 << 20;

    /** Of all that may be buffered, no more than this part is reserved for what may not be there. */
    private static final int SHARE_BY_NAME = 32;

    private final Environment env;
    private final SegmentBuffers buffers;
    private final Wakeup wakeup;
    private final Blockage blockage;
    private final Ownership ownership;
    private final Backoff fetching;
    private final Map<Long, Load> loads = new HashMap<>();

    /** Keys of objects that were damaged when they were read last. */
    private final Set<String> suspects = new HashSet<>();

    /** A segment on its way, or here once {@code segment} is set. */
    private static final class Load {
        final Command.Fetch command;

        @Nullable
        SegmentReader segment;

        Load(Command.Fetch command) {
            this.command = command;
        }
    }

    Prefetch(Environment env, SegmentBuffers buffers, Wakeup wakeup, Blockage blockage, Ownership ownership) {
        this.env = env;
        this.buffers = buffers;
        this.wakeup = wakeup;
        this.blockage = blockage;
        this.ownership = ownership;
        this.fetching = env.newBackoff();
    }

    /** Fetches what is ready, as far ahead as allowed, while there is room. */
    void fetch(PartitionTail tail) {
        if (!wakeup.isReady(fetching)) {
            return;
        }
        int ahead = 0;
        for (SegmentRef ref : tail.ready()) {
            if (ahead++ == env.settings().prefetchSegments()) {
                return;
            }
            if (!loads.containsKey(ref.baseOffset())) {
                if (!buffers.reserve(ref, wakeup, loads.isEmpty())) {
                    return;
                }
                Command.Fetch command = new Command.Fetch(ownership, ref);
                loads.put(ref.baseOffset(), new Load(command));
                env.issue(command);
            }
        }
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
        return loads.size() < env.settings().prefetchSegments() && buffers.reserve(mostBytes, wakeup, false)
                ? new Command.LookFor(ownership, baseOffset, mostBytes)
                : null;
    }

    /** Takes in a segment that came along when it was looked for. Without room for it it is fetched again later. */
    void found(SegmentRef ref, SegmentReader segment) {
        if (buffers.reserve(ref, wakeup, false)) {
            Load load = new Load(new Command.Fetch(ownership, ref));
            load.segment = segment;
            loads.put(ref.baseOffset(), load);
        }
    }

    /** Takes a segment in, unless it is no longer wanted; its room is then the caller's to release. */
    boolean arrived(Command.Fetch command, SegmentReader segment) {
        Load load = expected(command);
        if (load != null) {
            load.segment = segment;
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

    /** Lets go of a segment that has been delivered. */
    void completed(SegmentRef ref) {
        suspects.remove(ref.segment().key());
        drop(ref);
    }

    /** Lets go of a segment. What is still on its way keeps its room until it is here. */
    private void drop(SegmentRef ref) {
        Load load = loads.remove(ref.baseOffset());
        if (load != null && load.segment != null) {
            buffers.release(load.command.segment());
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
