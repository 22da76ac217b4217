package io.kafscale.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.MemberId;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A membership. It lives as long as its etcd lease, on which its member key and its lease keys hang. */
final class EtcdSession implements GroupSession {

    private final EtcdClient etcd;
    private final EtcdKeys keys;
    private final String memberId;
    private final Duration ttl;
    private final long etcdLease;
    private final Holdings holdings = new Holdings();
    private final EtcdCommits commits;
    private final @Nullable TopicWatermarks watermarks;
    private final LeaseWatch watch;
    private final int setBacksBefore;
    private volatile boolean left;

    private EtcdSession(
            EtcdClient etcd, EtcdKeys keys, String memberId, Duration ttl, long etcdLease, boolean keepWatermarks) {
        this.etcd = etcd;
        this.keys = keys;
        this.memberId = memberId;
        this.ttl = ttl;
        this.etcdLease = etcdLease;
        this.watermarks = keepWatermarks ? new TopicWatermarks(etcd, keys) : null;
        this.commits = new EtcdCommits(etcd, keys, memberId, holdings, watermarks);
        this.setBacksBefore = etcd.history().setBacks();
        this.watch = new LeaseWatch(etcd, keys.leases(), etcdLease);
    }

    static EtcdSession join(
            EtcdClient etcd,
            EtcdKeys keys,
            String group,
            Subscription subscription,
            Duration ttl,
            boolean keepWatermarks)
            throws IOException {
        new EtcdGroup(etcd, keys).claim(group);
        String purpose = "joining group \"" + group + "\"";
        String memberId = MemberId.next();
        long seconds = ttl.plusSeconds(1).minusNanos(1).toSeconds();
        long etcdLease = etcd.call(purpose, client -> client.getLeaseClient().grant(seconds))
                .getID();
        ByteSequence member = MemberValue.toBytes(memberId, subscription, System.currentTimeMillis());
        PutOption onLease = PutOption.builder().withLeaseId(etcdLease).build();
        etcd.call(purpose, client -> client.getKVClient().put(keys.member(memberId), member, onLease));
        return new EtcdSession(etcd, keys, memberId, ttl, etcdLease, keepWatermarks);
    }

    @Override
    public String memberId() {
        return memberId;
    }

    @Override
    public GroupView heartbeat() throws IOException {
        if (left) {
            throw expired(null);
        }
        try {
            etcd.call(
                    "renewing the lease of " + memberId,
                    client -> client.getLeaseClient().keepAliveOnce(etcdLease));
        } catch (EtcdClient.UnknownLeaseException e) {
            throw expired(e);
        }
        watch.keepUp();
        GroupView view = new EtcdGroup(etcd, keys).view();
        if (wasSetBack()) {
            throw expired(null);
        }
        if (watermarks != null) {
            watermarks.publishDue();
        }
        return view;
    }

    @Override
    public Acquisition acquire(TopicPartition partition) {
        if (left) {
            return new Acquisition.Unknown(expired(null));
        }
        if (etcd.history().wasSetBackWithin(ttl.toNanos())) {
            return new Acquisition.Held("someone, maybe, since before etcd was set back");
        }
        ByteSequence leaseKey = keys.lease(partition);
        ByteSequence value = LeaseValue.toBytes(memberId, System.currentTimeMillis() + ttl.toMillis());
        Op readLease = Op.get(leaseKey, GetOption.DEFAULT);
        Op readOffset = Op.get(keys.offset(partition), GetOption.DEFAULT);
        try {
            TxnResponse response = etcd.call(
                    "acquiring " + partition,
                    client -> client.getKVClient()
                            .txn()
                            .If(new Cmp(leaseKey, Cmp.Op.EQUAL, CmpTarget.version(0)))
                            .Then(Op.put(leaseKey, value, onEtcdLease()), readLease, readOffset)
                            .Else(readLease, readOffset)
                            .commit());
            if (wasSetBack()) {
                return new Acquisition.Unknown(expired(null));
            }
            // The same whether it was put just now, or by an earlier call whose answer was lost.
            KeyValue lease = response.getGetResponses().get(0).getKvs().get(0);
            String owner = LeaseValue.owner(lease);
            if (lease.getLease() != etcdLease || !owner.equals(memberId)) {
                return new Acquisition.Held(owner);
            }
            List<KeyValue> offsets = response.getGetResponses().get(1).getKvs();
            return hold(
                    new Lease(partition, memberId, lease.getModRevision()), offsets.isEmpty() ? null : offsets.get(0));
        } catch (EtcdClient.UnknownLeaseException e) {
            return new Acquisition.Unknown(expired(e));
        } catch (IOException e) {
            return new Acquisition.Unknown(e);
        }
    }

    private boolean wasSetBack() {
        return etcd.history().setBacks() != setBacksBefore;
    }

    private Acquisition hold(Lease lease, @Nullable KeyValue offset) throws IOException {
        Holding before = holdings.get(lease);
        Checkpoint committed = before == null ? null : before.committed();
        if (offset == null) {
            holdings.put(new Holding(lease, 0, committed, false));
            return new Acquisition.Acquired(lease, null);
        }
        Checkpoint checkpoint = OffsetValue.of(offset).checkpoint();
        holdings.put(new Holding(lease, offset.getModRevision(), committed, false));
        return new Acquisition.Acquired(lease, checkpoint);
    }

    private PutOption onEtcdLease() {
        return PutOption.builder().withLeaseId(etcdLease).build();
    }

    @Override
    public List<Outcome> commit(List<Commit> wanted) {
        return commits.commit(wanted);
    }

    @Override
    public Outcome release(Lease lease) {
        Holding before = holdings.get(lease);
        if (before == null) {
            return new Outcome.Fenced("it is not a lease of " + memberId);
        }
        holdings.change(lease, Holding::asReleasing);
        ByteSequence key = keys.lease(lease.partition());
        try {
            TxnResponse response = etcd.call(
                    "releasing " + lease.partition(),
                    client -> client.getKVClient()
                            .txn()
                            .If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(lease.token())))
                            .Then(Op.delete(key, DeleteOption.DEFAULT))
                            .Else(Op.get(key, GetOption.DEFAULT))
                            .commit());
            // If an earlier release was sent, then that it is gone is what was asked for.
            if (response.isSucceeded() || before.releasing()) {
                return new Outcome.Applied();
            }
            holdings.remove(lease);
            return EtcdCommits.fenced(response.getGetResponses().get(0).getKvs());
        } catch (IOException e) {
            return new Outcome.Unknown(e);
        }
    }

    @Override
    public void onChange(Runnable hint) {
        watch.start(hint);
    }

    @Override
    public void leave() throws IOException {
        if (left) {
            return;
        }
        left = true;
        watch.close();
        if (watermarks != null) {
            watermarks.publishAll();
        }
        String purpose = memberId + " was leaving";
        if (holdings.anyKept()) {
            etcd.call(purpose, client -> client.getKVClient().delete(keys.member(memberId)));
            return;
        }
        try {
            etcd.call(purpose, client -> client.getLeaseClient().revoke(etcdLease));
        } catch (EtcdClient.UnknownLeaseException e) {
            // It has already ended, and took the member key along.
        }
    }

    private SessionExpiredException expired(@Nullable IOException cause) {
        String reason = left
                ? " has left"
                : wasSetBack()
                        ? " is not to be relied on: " + etcd.history().message()
                        : " was declared dead: no heartbeat arrived for " + ttl;
        SessionExpiredException expired = new SessionExpiredException("member " + memberId + " at prefix "
                + keys.prefix() + " in " + etcd.name() + reason + "; it has to join again");
        if (cause != null) {
            expired.initCause(cause);
        }
        return expired;
    }
}
