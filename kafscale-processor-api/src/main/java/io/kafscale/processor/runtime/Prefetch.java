package io.kafscale.processor.runtime;

import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.segment.SegmentReader;
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
    private final OwnedPartition partition;
    private final Map<Long, Load> loads = new HashMap<>();

    /** A segment on its way, or here once {@code segment} is set. */
    private static final class Load {
        final Command.Fetch command;

        @Nullable
        SegmentReader segment;

        Load(Command.Fetch command) {
            this.command = command;
        }
    }

    Prefetch(Environment env, SegmentBuffers buffers, OwnedPartition partition) {
        this.env = env;
        this.buffers = buffers;
        this.partition = partition;
    }

    /** Fetches what is ready, as far ahead as allowed, while there is room. */
    void fetch(PartitionTail tail) {
        int ahead = 0;
        for (SegmentRef ref : tail.ready()) {
            if (ahead++ == env.settings().prefetchSegments()) {
                return;
            }
            if (!loads.containsKey(ref.baseOffset())) {
                if (!buffers.reserve(ref, partition, loads.isEmpty())) {
                    return;
                }
                Command.Fetch command = new Command.Fetch(partition.ownership(), ref);
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
        return loads.size() < env.settings().prefetchSegments() && buffers.reserve(mostBytes, partition, false)
                ? new Command.LookFor(partition.ownership(), baseOffset, mostBytes)
                : null;
    }

    /** Takes in a segment that came along when it was looked for. Without room for it it is fetched again later. */
    void found(SegmentRef ref, SegmentReader segment) {
        if (buffers.reserve(ref, partition, false)) {
            Load load = new Load(new Command.Fetch(partition.ownership(), ref));
            load.segment = segment;
            loads.put(ref.baseOffset(), load);
        }
    }

    /** Takes a segment in, unless it is no longer wanted; its room is then the caller's to release. */
    boolean arrived(Command.Fetch command, SegmentReader segment) {
        Load load = expected(command);
        if (load != null) {
            load.segment = segment;
        }
        return load != null;
    }

    /** Forgets a fetch that failed; its room is the caller's to release. False when it was no longer wanted. */
    boolean failed(Command.Fetch command) {
        Load load = expected(command);
        return load != null && loads.remove(command.segment().baseOffset(), load);
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

    /** Lets go of a segment. What is still on its way keeps its room until it is here. */
    void drop(SegmentRef ref) {
        Load load = loads.remove(ref.baseOffset());
        if (load != null && load.segment != null) {
            buffers.release(load.command.segment());
        }
    }

    /** Lets go of all but the segment at the sink, if there is one. */
    void dropAllBut(@Nullable SegmentRef atSink) {
        for (Load load : List.copyOf(loads.values())) {
            if (!load.command.segment().equals(atSink)) {
                drop(load.command.segment());
            }
        }
    }

    /** Lets go of what is now listed as another object; it has to be fetched again. */
    void dropReplaced(PartitionTail tail, @Nullable SegmentRef atSink) {
        Set<SegmentRef> listed = new HashSet<>();
        tail.ready().forEach(listed::add);
        for (Load load : List.copyOf(loads.values())) {
            SegmentRef ref = load.command.segment();
            if (!ref.equals(atSink) && !listed.contains(ref)) {
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
