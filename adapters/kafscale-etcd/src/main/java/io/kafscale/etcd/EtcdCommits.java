package io.kafscale.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a session's checkpoints. Each is a transaction of its own:
 *
 * <pre>
 *   if   mod(lease key) = token  and  mod(offset key) = revision last seen
 *   then put offset key
 *   else get lease key, get offset key
 * </pre>
 *
 * and up to {@value #GROUP} of them are nested in one request, where one that fails leaves the others alone.
 *
 * <p>A commit whose answer was lost may land at any later time. It replaces the revision that was last seen when it was
 * sent, and so does every commit after it until one is answered; so of all these etcd applies one, and a late one can turn
 * nothing back. When that one was not the latest, the latest finds a value of this member's writing, and is sent once more
 * to replace that.
 */
final class EtcdCommits {

    /** etcd takes 128 operations in a request unless it was told otherwise. */
    static final int GROUP = 40;

    private static final Logger LOG = LoggerFactory.getLogger(EtcdCheckpointStore.class);

    private record Attempt(Holding holding, Checkpoint checkpoint) {
        Lease lease() {
            return holding.lease();
        }
    }

    private final EtcdClient etcd;
    private final EtcdKeys keys;
    private final String memberId;
    private final Holdings holdings;
    private final @Nullable TopicWatermarks watermarks;

    EtcdCommits(
            EtcdClient etcd, EtcdKeys keys, String memberId, Holdings holdings, @Nullable TopicWatermarks watermarks) {
        this.etcd = etcd;
        this.keys = keys;
        this.memberId = memberId;
        this.holdings = holdings;
        this.watermarks = watermarks;
    }

    /** One at a time, since each goes by the revisions that the one before left behind. */
    synchronized List<Outcome> commit(List<Commit> commits) {
        Map<Lease, Checkpoint> furthest = new LinkedHashMap<>();
        for (Commit commit : commits) {
            furthest.merge(commit.lease(), commit.checkpoint(), (a, b) -> b.isBefore(a) ? a : b);
        }
        Map<Lease, Outcome> outcomes = new HashMap<>();
        List<Attempt> overtaken = attempt(furthest, outcomes);
        if (!overtaken.isEmpty()) {
            Map<Lease, Checkpoint> again = new LinkedHashMap<>();
            overtaken.forEach(attempt -> again.put(attempt.lease(), attempt.checkpoint()));
            for (Attempt attempt : attempt(again, outcomes)) {
                outcomes.put(
                        attempt.lease(),
                        new Outcome.Unknown(new IOException("the checkpoint of "
                                + attempt.lease().partition() + " in " + etcd.name()
                                + " was changed again and again by earlier commits of this member; commit again")));
            }
        }
        return commits.stream()
                .map(commit -> Objects.requireNonNull(outcomes.get(commit.lease())))
                .toList();
    }

    /** Notes the outcomes, and returns the attempts that met an earlier one of ours. */
    private List<Attempt> attempt(Map<Lease, Checkpoint> wanted, Map<Lease, Outcome> outcomes) {
        List<Attempt> attempts = new ArrayList<>();
        wanted.forEach((lease, checkpoint) -> {
            Holding holding = holdings.get(lease);
            if (holding == null) {
                outcomes.put(lease, new Outcome.Fenced("it is not a lease of " + memberId));
            } else {
                Checkpoint last = holding.committed();
                attempts.add(new Attempt(holding, last != null && checkpoint.isBefore(last) ? last : checkpoint));
            }
        });
        List<List<Attempt>> groups = new ArrayList<>();
        List<CompletableFuture<TxnResponse>> answers = new ArrayList<>();
        for (int from = 0; from < attempts.size(); from += GROUP) {
            List<Attempt> group = attempts.subList(from, Math.min(from + GROUP, attempts.size()));
            Op[] transactions = group.stream().map(this::transaction).toArray(Op[]::new);
            groups.add(group);
            answers.add(etcd.send(
                    client -> client.getKVClient().txn().Then(transactions).commit()));
        }
        List<Attempt> overtaken = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            settle(groups.get(i), answers.get(i), outcomes, overtaken);
        }
        return overtaken;
    }

    private Op transaction(Attempt attempt) {
        Lease lease = attempt.lease();
        ByteSequence leaseKey = keys.lease(lease.partition());
        ByteSequence offsetKey = keys.offset(lease.partition());
        long now = System.currentTimeMillis();
        List<Op> puts = new ArrayList<>();
        puts.add(Op.put(offsetKey, OffsetValue.toBytes(attempt.checkpoint(), memberId, now), PutOption.DEFAULT));
        if (watermarks != null) {
            ByteSequence watermark = OffsetValue.watermark(attempt.checkpoint(), now);
            puts.add(Op.put(keys.watermark(lease.partition()), watermark, PutOption.DEFAULT));
        }
        return Op.txn(
                new Cmp[] {
                    new Cmp(leaseKey, Cmp.Op.EQUAL, CmpTarget.modRevision(lease.token())),
                    new Cmp(
                            offsetKey,
                            Cmp.Op.EQUAL,
                            CmpTarget.modRevision(attempt.holding().offsetRevision()))
                },
                puts.toArray(Op[]::new),
                new Op[] {Op.get(leaseKey, GetOption.DEFAULT), Op.get(offsetKey, GetOption.DEFAULT)});
    }

    private void settle(
            List<Attempt> group,
            CompletableFuture<TxnResponse> answer,
            Map<Lease, Outcome> outcomes,
            List<Attempt> overtaken) {
        try {
            TxnResponse response = etcd.await("committing offsets under " + keys.prefix(), answer);
            long revision = response.getHeader().getRevision();
            for (int i = 0; i < group.size(); i++) {
                Attempt attempt = group.get(i);
                Outcome outcome = outcome(attempt, response.getTxnResponses().get(i), revision);
                if (outcome == null) {
                    overtaken.add(attempt);
                } else {
                    outcomes.put(attempt.lease(), outcome);
                }
            }
        } catch (IOException e) {
            group.forEach(attempt -> outcomes.put(attempt.lease(), new Outcome.Unknown(e)));
        }
    }

    /** What came of one, or null when it met an earlier commit of ours and has to be sent once more. */
    private @Nullable Outcome outcome(Attempt attempt, TxnResponse response, long revision) {
        Lease lease = attempt.lease();
        if (response.isSucceeded()) {
            return applied(lease, attempt.checkpoint(), revision);
        }
        List<GetResponse> reads = response.getGetResponses();
        List<KeyValue> leases = reads.get(0).getKvs();
        if (leases.isEmpty() || leases.get(0).getModRevision() != lease.token()) {
            holdings.remove(lease);
            return fenced(leases);
        }
        List<KeyValue> offsets = reads.get(1).getKvs();
        if (offsets.isEmpty()) {
            holdings.change(lease, holding -> holding.seen(0));
            return new Outcome.Conflict(null);
        }
        KeyValue offset = offsets.get(0);
        holdings.change(lease, holding -> holding.seen(offset.getModRevision()));
        try {
            OffsetValue found = OffsetValue.of(offset);
            if (!memberId.equals(found.writer())) {
                return new Outcome.Conflict(found.checkpoint());
            }
            boolean isThere = found.checkpoint().equals(attempt.checkpoint())
                    || attempt.checkpoint().isBefore(found.checkpoint());
            return isThere ? applied(lease, found.checkpoint(), offset.getModRevision()) : null;
        } catch (IOException e) {
            LOG.warn("{} was overwritten by another program: {}", lease.partition(), e.getMessage());
            return new Outcome.Conflict(null);
        }
    }

    private Outcome applied(Lease lease, Checkpoint checkpoint, long revision) {
        holdings.change(lease, holding -> holding.committed(checkpoint, revision));
        if (watermarks != null) {
            watermarks.moved(lease.partition().topic());
        }
        return new Outcome.Applied();
    }

    static Outcome fenced(List<KeyValue> leaseKey) {
        if (leaseKey.isEmpty()) {
            return new Outcome.Fenced("no lease");
        }
        KeyValue found = leaseKey.get(0);
        return new Outcome.Fenced("the lease of " + LeaseValue.owner(found) + ", token " + found.getModRevision());
    }
}
