package io.kafscale.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.kafscale.checkpoint.Checkpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands under an offset or watermark key: the Go processors' object, with fields of ours that they pass over.
 *
 * <pre>
 *   {"offset":41,                        last offset processed, -1 for none: the next offset less one
 *    "last_timestamp_ms":1767225600000,  theirs: time of the commit; ours: newest record's, -1 when unknown
 *    "updated_at":1767225600000,         wall clock, for people
 *    "next_offset":42,"list_from":40,"epoch":7,
 *    "gaps":0,"gap_offsets":0,"overlap_offsets":0,"stray_records":0,"writer":"host-4f1c…"}
 * </pre>
 *
 * <p>A Go processor that commits writes the object anew, without our fields. So when {@code next_offset} is there and is
 * not {@code offset} + 1, a person changed {@code offset}: it is believed, and what else described the old position is
 * not.
 *
 * @param writer the member that wrote it, or null when it was not one of ours
 */
record OffsetValue(Checkpoint checkpoint, @Nullable String writer) {

    static OffsetValue of(KeyValue keyValue) throws IOException {
        FlatJson json = FlatJson.of(keyValue);
        long offset = json.number("offset", Long.MIN_VALUE);
        if (offset < -1 || offset == Long.MAX_VALUE) {
            throw FlatJson.unreadable(
                    keyValue,
                    new IOException(json.hasNumber("offset") ? "offset " + offset + " is none" : "it has no offset"));
        }
        long nextOffset = offset + 1;
        Map<String, Long> figures = json.numbers();
        long listFrom = json.number("list_from", Checkpoint.UNKNOWN);
        boolean movedByHand = json.number("next_offset", Checkpoint.UNKNOWN) != nextOffset
                || listFrom < Checkpoint.UNKNOWN
                || listFrom > nextOffset;
        figures.put("next_offset", nextOffset);
        if (movedByHand) {
            figures.keySet().removeAll(List.of("list_from", "last_timestamp_ms"));
        }
        return new OffsetValue(Checkpoint.ofFigures(figures), movedByHand ? null : json.text("writer"));
    }

    static ByteSequence toBytes(Checkpoint checkpoint, String writer, long nowMillis) {
        FlatJson json = shared(checkpoint, nowMillis);
        checkpoint.figures().forEach(json::put);
        return json.put("writer", writer).toBytes();
    }

    /** Only what a watermark needs. */
    static ByteSequence watermark(Checkpoint checkpoint, long nowMillis) {
        return shared(checkpoint, nowMillis).toBytes();
    }

    private static FlatJson shared(Checkpoint checkpoint, long nowMillis) {
        return new FlatJson()
                .put("offset", checkpoint.nextOffset() - 1)
                .put("last_timestamp_ms", checkpoint.timestampMillis())
                .put("updated_at", nowMillis);
    }
}
