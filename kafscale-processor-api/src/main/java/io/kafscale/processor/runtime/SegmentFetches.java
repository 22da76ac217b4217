package io.kafscale.processor.runtime;

import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.SegmentEnd;
import io.kafscale.discovery.SegmentFetch;
import io.kafscale.segment.ReadOptions;
import io.kafscale.segment.SegmentReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Fetches segments into buffers from a pool: whole ones, and of large ones no more than is wanted. Thread safe. */
final class SegmentFetches {

    private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    /** With buffers of this processor's, so that what is inflated can be counted. */
    private final ReadOptions options = ReadOptions.defaults().withOwnBuffers();

    private final ObjectStore objects;
    private final BufferPool buffers;
    private final SegmentFetch parts;

    SegmentFetches(ObjectStore objects, BufferPool buffers) {
        this.objects = objects;
        this.buffers = buffers;
        this.parts = new SegmentFetch(objects, options);
    }

    Event.Fetched run(Command.Fetch fetch) throws IOException {
        SegmentEnd end = end(fetch);
        Event.Fetched part = end == null ? null : fetchEnd(fetch, end);
        return part == null ? fetchWhole(fetch) : part;
    }

    /** Bytes of batches that are inflated for sinks at this moment. */
    long inflatedBytes() {
        return options.inflatedBytes();
    }

    int buffersOut() {
        return buffers.out();
    }

    private @Nullable SegmentEnd end(Command.Fetch fetch) throws IOException {
        try {
            return parts.end(fetch.segment(), fetch.from());
        } catch (ObjectChangedException e) {
            throw e;
        } catch (IOException e) {
            return null; // the segment is whole without its index
        }
    }

    private Event.@Nullable Fetched fetchEnd(Command.Fetch fetch, SegmentEnd end) throws IOException {
        FetchBuffer buffer = buffers.take(end.length());
        try {
            SegmentReader segment = end.fetch(buffer.array());
            if (segment != null) {
                return new Event.Fetched(fetch, segment, buffer);
            }
        } catch (Throwable e) {
            buffer.leave();
            throw e;
        }
        buffer.giveBack();
        return null;
    }

    private Event.Fetched fetchWhole(Command.Fetch fetch) throws IOException {
        ObjectEntry object = fetch.segment().segment();
        if (object.size() > LARGEST_ARRAY) {
            // What is too large for a segment is refused there, before anything of it is read.
            SegmentReader.open(object.key(), objects.ranges(object), null, options);
        }
        int size = Math.toIntExact(object.size());
        FetchBuffer buffer = buffers.take(size);
        try {
            objects.read(object, buffer.array());
            SegmentReader segment = SegmentReader.open(object.key(), buffer.array(), size, options);
            return new Event.Fetched(fetch, segment, buffer);
        } catch (Throwable e) {
            // A store that gave up may still be writing to it.
            buffer.leave();
            throw e;
        }
    }
}
