package io.kafscale.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.S3Proxy.Fault;
import io.kafscale.testkit.S3Proxy.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What the contract does not ask about lost answers and late requests; and an S3 that refuses for a while. */
class S3CheckpointFaultsTest extends CheckpointFixture {

    @Test
    void join_whoseAnswerWasLost_isReadBack() throws Exception {
        fault(Fault.REPLY_LOST, onceOnly(any("PUT")));

        GroupSession session = join();

        assertThat(memberObjects()).containsExactly(session.memberId());
        assertThat(session.heartbeat().members()).containsOnlyKeys(session.memberId());
    }

    @Test
    void commit_whoseAnswerWasLost_isReadBack() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        fault(Fault.REPLY_LOST, put(ORDERS_0));
        proxy.takeRequests();

        assertThat(commit(session, lease, 5)).isEqualTo(APPLIED);

        assertThat(proxy.takeRequests()).extracting(Request::method).containsExactly("PUT", "GET");
        assertThat(position(ORDERS_0)).isEqualTo(5);
    }

    @Test
    void commit_thatCannotBeReadBackEither_isUnknown_andFoundAppliedWhenRepeated() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        fault(Fault.REPLY_LOST, request -> true);
        assertThat(commit(session, lease, 5)).isInstanceOf(Outcome.Unknown.class);
        assertThat(position(ORDERS_0)).isEqualTo(5);
        String written = content(keys.partition(ORDERS_0));
        proxy.heal();

        assertThat(commit(session, lease, 5)).isEqualTo(APPLIED);
        assertThat(content(keys.partition(ORDERS_0)))
                .as("it is not written twice")
                .isEqualTo(written);
        assertThat(commit(session, lease, 6)).isEqualTo(APPLIED);
    }

    @Test
    void commit_behindOneWhoseAnswerWasLost_doesNotTurnItBack() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        fault(Fault.REPLY_LOST, request -> true);
        assertThat(commit(session, lease, 9)).isInstanceOf(Outcome.Unknown.class);
        proxy.heal();

        assertThat(commit(session, lease, 6)).isEqualTo(APPLIED);
        assertThat(position(ORDERS_0)).isEqualTo(9);
    }

    /** It was applied, and the next owner began from it: "fenced" would say that it was not. */
    @Test
    void commit_whoseAnswerWasLost_andWhichWasReplacedBeforeItIsReadBack_isUnknownAndThenFenced() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        proxy.faults(request -> {
            if (request.method().equals("GET") && request.key().equals(keys.partition(ORDERS_0))) {
                overwrite(request.key(), content(request.key()).replace(session.memberId(), "next-owner"));
            }
            return put(ORDERS_0).test(request) ? Fault.REPLY_LOST : Fault.NONE;
        });

        assertThat(commit(session, lease, 5)).isInstanceOf(Outcome.Unknown.class);

        proxy.heal();
        assertThat(position(ORDERS_0)).isEqualTo(5);
        assertThat(commit(session, lease, 5))
                .isEqualTo(new Outcome.Fenced("the lease of next-owner, token " + lease.token()));
    }

    @Test
    void commit_arrivingAfterTakeover_changesNothing() throws Exception {
        GroupSession stale = join();
        Lease lost = lease(stale, ORDERS_0);
        commit(stale, lost, 4);
        GroupSession next = join();
        next.heartbeat();
        fault(Fault.KEPT, onceOnly(put(ORDERS_0)));
        assertThat(commit(stale, lost, 50)).isInstanceOf(Outcome.Unknown.class);
        pass(TTL);
        next.heartbeat();
        assertThat(acquired(next, ORDERS_0).checkpoint()).isEqualTo(Checkpoint.at(4));

        proxy.deliverKept();

        assertThat(position(ORDERS_0)).isEqualTo(4);
        assertThat(commit(stale, lost, 50)).isInstanceOf(Outcome.Fenced.class);
    }

    @Test
    void acquire_arrivingAfterAnothers_changesNothing() throws Exception {
        GroupSession session = join();
        fault(Fault.KEPT, onceOnly(put(ORDERS_0)));
        assertThat(session.acquire(ORDERS_0)).isInstanceOf(Acquisition.Unknown.class);
        GroupSession other = join();
        Lease taken = lease(other, ORDERS_0);

        proxy.deliverKept();

        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(taken);
        assertThat(session.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(other.memberId()));
        assertThat(commit(other, taken, 1)).isEqualTo(APPLIED);
    }

    /** Adopting the lease as it stands would let the late release free what is being worked on. */
    @Test
    void acquire_whileAReleaseIsOnItsWay_takesANewLeaseThatTheReleaseCannotEnd() throws Exception {
        GroupSession session = join();
        Lease before = lease(session, ORDERS_0);
        fault(Fault.KEPT, onceOnly(put(ORDERS_0)));
        assertThat(session.release(before)).isInstanceOf(Outcome.Unknown.class);
        Lease now = lease(session, ORDERS_0);

        proxy.deliverKept();

        assertThat(now.token()).isGreaterThan(before.token());
        assertThat(stored(ORDERS_0).owner()).isEqualTo(session.memberId());
        assertThat(commit(session, now, 1)).isEqualTo(APPLIED);
    }

    /** One thread gives back, another takes: as if one had come after the other. */
    @Test
    void release_overtakenByAnAcquisitionOfTheSameSession_isApplied() throws Exception {
        GroupSession session = join();
        Lease before = lease(session, ORDERS_0);
        Lease[] now = new Lease[1];
        Predicate<Request> first = onceOnly(put(ORDERS_0));
        proxy.faults(request -> {
            if (first.test(request)) {
                now[0] = lease(session, ORDERS_0);
            }
            return Fault.NONE;
        });

        assertThat(session.release(before)).isEqualTo(APPLIED);

        assertThat(now[0].token()).isGreaterThan(before.token());
        assertThat(commit(session, now[0], 1)).isEqualTo(APPLIED);
    }

    @Test
    void heartbeat_whoseAnswerWasLost_isUnknownAndEndsNothing() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        fault(Fault.REPLY_LOST, request -> true);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(session::heartbeat)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SessionExpiredException.class)
                    .hasMessageContaining(keys.member(session.memberId()))
                    .hasMessageContaining(proxy.endpoint().toString());
        }
        proxy.heal();

        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(lease);
    }

    @Test
    void unavailableS3_makesUnknownOutcomesThatSayWhereAndWhy_andHeals() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        fault(Fault.UNAVAILABLE, request -> true);

        assertThat(commit(session, lease, 5))
                .isInstanceOfSatisfying(
                        Outcome.Unknown.class,
                        unknown -> assertThat(unknown.cause())
                                .hasMessageStartingWith("cannot write s3://" + BUCKET + "/" + keys.partition(ORDERS_0)
                                        + " at " + proxy.endpoint() + ": the store is throttling or unavailable"));
        assertThat(session.acquire(new TopicPartition("orders", 1))).isInstanceOf(Acquisition.Unknown.class);
        assertThatThrownBy(session::heartbeat).isNotInstanceOf(SessionExpiredException.class);
        assertThatThrownBy(this::join).isInstanceOf(IOException.class);

        proxy.heal();
        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(lease);
        assertThat(commit(session, lease, 5)).isEqualTo(APPLIED);
    }

    /** Else a commit of 2,000 partitions would wait for 125 timeouts, one after the other. */
    @Test
    void commitOfMany_whenS3IsSilent_isGivenUpAfterTheFirstTimeout() throws Exception {
        GroupSession session = store.join(group, Duration.ofSeconds(3));
        List<Commit> commits = new ArrayList<>();
        for (int partition = 0; partition < 40; partition++) {
            commits.add(new Commit(lease(session, new TopicPartition("orders", partition)), Checkpoint.at(1)));
        }
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        proxy.faults(request -> {
            asked.incrementAndGet();
            waitFor(over);
            return Fault.LOST;
        });

        assertThat(session.commit(commits)).hasSize(40).hasOnlyElementsOfType(Outcome.Unknown.class);

        assertThat(asked).hasValueLessThanOrEqualTo(2 * Parallel.AT_ONCE);
        over.countDown();
        proxy.heal();
        assertThat(session.commit(commits)).hasSize(40).containsOnly(APPLIED);
    }

    private static Predicate<Request> onceOnly(Predicate<Request> meant) {
        AtomicBoolean met = new AtomicBoolean();
        return request -> meant.test(request) && met.compareAndSet(false, true);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
