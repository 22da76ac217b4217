package io.kafscale.s3;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Lease;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a partition's object says.
 *
 * <pre>
 *   {"owner":"host-4f1c…",         null when nobody owns it
 *    "token":7,                    of the last lease; the next one's is 8
 *    "lease_ttl_ms":60000,         the owner's TTL
 *    "nonce":"9b1d…",              64 random bits, new with every write
 *    "next_offset":42,"list_from":40,"epoch":7,"last_timestamp_ms":1767225600000,
 *    "gaps":0,"gap_offsets":0,"overlap_offsets":0,"stray_records":0}
 * </pre>
 *
 * The last two lines are missing before the first commit.
 *
 * @param nonce makes every write's content, and so its ETag, one that never was before: a write that is conditional on an
 *     ETag cannot mistake a later state for the one it saw
 */
record PartitionValue(
        @Nullable String owner,
        long token,
        Duration leaseTtl,
        String nonce,
        @Nullable Checkpoint checkpoint) {

    /** The same ownership with another checkpoint. */
    PartitionValue committed(Checkpoint moved) {
        return new PartitionValue(owner, token, leaseTtl, Nonce.next(), moved);
    }

    /** The same, but owned by nobody. */
    PartitionValue released() {
        return new PartitionValue(null, token, leaseTtl, Nonce.next(), checkpoint);
    }

    boolean isOwnedUnder(Lease lease) {
        return lease.memberId().equals(owner) && lease.token() == token;
    }

    /** Whom it belongs to, for people. */
    String describeOwner() {
        return owner == null ? "no owner" : "the lease of " + owner + ", token " + token;
    }

    /**
     * Reads it.
     *
     * @throws IOException when it makes no sense
     */
    static PartitionValue of(StoredObject object) throws IOException {
        try {
            Json json = Json.of(object.content());
            long token = json.number("token", -1);
            if (token < 0) {
                throw new IOException("it has no token");
            }
            boolean committed = json.number("next_offset", Checkpoint.UNKNOWN) != Checkpoint.UNKNOWN;
            String nonce = json.text("nonce");
            return new PartitionValue(
                    json.text("owner"),
                    token,
                    Duration.ofMillis(Math.max(0, json.number("lease_ttl_ms", 0))),
                    nonce == null ? "" : nonce,
                    committed ? Checkpoint.ofFigures(json.numbers()) : null);
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(
                    object.name() + " cannot be read (" + e.getMessage()
                            + "); restore what it was, or delete the group",
                    e);
        }
    }

    String toJson() {
        Json json = new Json()
                .put("owner", owner)
                .put("token", token)
                .put("lease_ttl_ms", leaseTtl.toMillis())
                .put("nonce", nonce);
        if (checkpoint != null) {
            json.putAll(checkpoint.figures());
        }
        return json.toJson();
    }
}
