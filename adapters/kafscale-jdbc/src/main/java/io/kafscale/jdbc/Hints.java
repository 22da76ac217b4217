package io.kafscale.jdbc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells the members of this process of each other's changes: tables call nobody. Members elsewhere see them at their next
 * heartbeat.
 *
 * <p>Thread safe.
 */
final class Hints {

    /** By group, then by member. */
    private final Map<String, Map<String, Runnable>> hints = new ConcurrentHashMap<>();

    void add(String group, String memberId, Runnable hint) {
        hints.computeIfAbsent(group, name -> new ConcurrentHashMap<>()).put(memberId, hint);
    }

    void remove(String group, String memberId) {
        hints.computeIfPresent(group, (name, members) -> {
            members.remove(memberId);
            return members;
        });
    }

    void tellAllBut(String memberId, String group) {
        hints.getOrDefault(group, Map.of()).forEach((id, hint) -> {
            if (!id.equals(memberId)) {
                hint.run();
            }
        });
    }
}
