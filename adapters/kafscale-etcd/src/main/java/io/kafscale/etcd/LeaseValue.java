package io.kafscale.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import java.io.IOException;
import java.util.Objects;

/**
 * What stands under a lease key: the Go processors' object, {@code {"owner_id":"host-4f1c…",
 * "lease_expires_at":1767225600000,"generation":1}}. Nobody goes by its time: the etcd lease the key hangs on decides.
 */
final class LeaseValue {

    private LeaseValue() {}

    static ByteSequence toBytes(String memberId, long expiresAtMillis) {
        return new FlatJson()
                .put("owner_id", memberId)
                .put("lease_expires_at", expiresAtMillis)
                .put("generation", 1)
                .toBytes();
    }

    /** Who owns it. A lease holds whatever its value says, so one that cannot be read has an unnamed owner. */
    static String owner(KeyValue lease) {
        try {
            return Objects.requireNonNullElse(FlatJson.of(lease).text("owner_id"), "unnamed");
        } catch (IOException e) {
            return "unnamed";
        }
    }
}
