package io.kafscale.s3;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells the members of one group within this store, and so within this process, of each other's acquisitions and releases.
 * Members elsewhere see them at their next heartbeat: S3 tells nobody anything by itself. Thread safe.
 */
final class Hints {

    private final Map<String, Runnable> byMember = new ConcurrentHashMap<>();

    void add(String memberId, Runnable hint) {
        byMember.put(memberId, hint);
    }

    void remove(String memberId) {
        byMember.remove(memberId);
    }

    void tellAllBut(String memberId) {
        byMember.forEach((other, hint) -> {
            if (!other.equals(memberId)) {
                hint.run();
            }
        });
    }
}
