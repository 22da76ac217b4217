package io.kafscale.s3;

import io.kafscale.checkpoint.Lease;
import io.kafscale.segment.TopicPartition;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a session holds. Thread safe. */
final class Holdings {

    private final Map<TopicPartition, HeldPartition> byPartition = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /** What is held, or was, under exactly this lease; or null. */
    @Nullable
    HeldPartition get(Lease lease) {
        HeldPartition held = byPartition.get(lease.partition());
        return held != null && held.lease().equals(lease) ? held : null;
    }

    /** Whether a release of the lease with this token was sent, and may yet arrive. */
    boolean isReleasing(TopicPartition partition, long token) {
        HeldPartition held = byPartition.get(partition);
        return held != null && held.lease().token() == token && held.isReleasing();
    }

    /** Adds it, unless it is there, or a later lease: that one knows what was sent under it. */
    void add(HeldPartition added) {
        HeldPartition now = byPartition.merge(
                added.lease().partition(),
                added,
                (held, other) -> held.lease().token() >= other.lease().token() ? held : other);
        if (now == added) {
            changes.incrementAndGet();
        }
    }

    void remove(HeldPartition removed) {
        byPartition.remove(removed.lease().partition(), removed);
        changes.incrementAndGet();
    }

    /** It was given back; what is known of it stays. */
    void released() {
        changes.incrementAndGet();
    }

    /** The tokens of all leases that were not given back. */
    Map<TopicPartition, Long> tokens() {
        Map<TopicPartition, Long> tokens = new HashMap<>();
        byPartition.values().stream()
                .filter(HeldPartition::isKept)
                .forEach(held ->
                        tokens.put(held.lease().partition(), held.lease().token()));
        return tokens;
    }

    /** A number that grows with every change, after it was made. */
    long changes() {
        return changes.get();
    }
}
