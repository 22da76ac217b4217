package io.kafscale.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tells which members have died: those whose heartbeat did not move for their TTL while this observer was looking, by its own
 * monotonic clock. No clock of another machine plays a part. A member counts its TTL from before it sent its renewal, and is
 * first seen with it after that arrived; so by its own clock its time is over before it is over here.
 *
 * <p>Not thread safe.
 */
final class Silence {

    private record Seen(long heartbeat, long sinceNanos) {}

    private final LongSupplier nanoTime;
    private Map<String, Seen> seen = Map.of();

    Silence(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Takes note of members just read, and returns those that died. */
    List<Member> among(Collection<Member> members) {
        long now = nanoTime.getAsLong();
        Map<String, Seen> stillSeen = new HashMap<>();
        List<Member> silent = new ArrayList<>();
        for (Member member : members) {
            Seen before = seen.get(member.id());
            Seen since = before != null && before.heartbeat == member.heartbeat()
                    ? before
                    : new Seen(member.heartbeat(), now);
            stillSeen.put(member.id(), since);
            if (now - since.sinceNanos >= member.ttl().toNanos()) {
                silent.add(member);
            }
        }
        seen = stillSeen;
        return silent;
    }
}
