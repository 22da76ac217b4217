package io.kafscale.etcd;

import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Does to etcd what a Go processor does, with its faults, for one partition of topic orders. */
final class GoProcessor {

    static final String OWNER = "host-1";

    private static final String LEASE_VALUE =
            "{\"owner_id\":\"host-1\",\"lease_expires_at\":1767225600000,\"generation\":1}";
    private static final Pattern OFFSET = Pattern.compile("\"offset\":(-?\\d+)");

    private final RawEtcd etcd;
    private final String prefix;
    private final String partition;
    private final String leaseKey;
    private long etcdLease;

    GoProcessor(RawEtcd etcd, String prefix, int partition) {
        this.etcd = etcd;
        this.prefix = prefix;
        this.partition = "/orders/" + partition;
        this.leaseKey = prefix + "/leases" + this.partition;
    }

    boolean claim() throws Exception {
        etcdLease = etcd.client.getLeaseClient().grant(30).get().getID();
        PutOption onLease = PutOption.builder().withLeaseId(etcdLease).build();
        return etcd.client
                .getKVClient()
                .txn()
                .If(new Cmp(RawEtcd.bytes(leaseKey), Cmp.Op.EQUAL, CmpTarget.version(0)))
                .Then(Op.put(RawEtcd.bytes(leaseKey), RawEtcd.bytes(LEASE_VALUE), onLease))
                .commit()
                .get()
                .isSucceeded();
    }

    /** Puts over whatever lease is there. */
    void renew() throws Exception {
        etcd.client.getLeaseClient().keepAliveOnce(etcdLease).get();
        etcd.put(leaseKey, LEASE_VALUE, etcdLease);
    }

    /** Deletes whatever lease is there. */
    void release() throws Exception {
        etcd.client.getLeaseClient().revoke(etcdLease).get();
        etcd.delete(leaseKey);
    }

    /** Puts the last offset processed, with or without the lease. */
    void commit(long offset) throws Exception {
        String value = "{\"offset\":" + offset + ",\"last_timestamp_ms\":1767225600000,\"updated_at\":1767225600000}";
        etcd.put(prefix + "/offsets" + partition, value);
        etcd.put(prefix + "/watermarks" + partition, value);
    }

    /** The last offset processed, as it would read it; -1 when there is none. */
    long loadOffset() throws Exception {
        String value = etcd.get(prefix + "/offsets" + partition);
        if (value == null) {
            return -1;
        }
        Matcher matcher = OFFSET.matcher(value);
        if (!matcher.find()) {
            throw new IllegalStateException("no offset in " + value);
        }
        return Long.parseLong(matcher.group(1));
    }
}
