package io.kafscale.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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

/** Lost answers, late requests, and an S3 that refuses for a while. */
class S3CheckpointFaultsTest extends CheckpointFixture {

    /** Requests are given up after a third of it. */
    private static final Duration SHORT_TTL = Duration.ofSeconds(6);

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
    void commit_afterOneWhoseAnswerWasLost_replacesIt() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        fault(Fault.REPLY_LOST, request -> true);
        assertThat(commit(session, lease, 5)).isInstanceOf(Outcome.Unknown.class);
        proxy.heal();

        assertThat(commit(session, lease, 6)).isEqualTo(APPLIED);
        assertThat(position(ORDERS_0)).isEqualTo(6);
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
    void commit_arrivingAfterANewerOne_changesNothing() throws Exception {
        GroupSession session = store.join(group, SHORT_TTL);
        Lease lease = lease(session, ORDERS_0);
        Late late = new Late(put(ORDERS_0));
        assertThat(commit(session, lease, 5)).isInstanceOf(Outcome.Unknown.class);
        assertThat(commit(session, lease, 6)).isEqualTo(APPLIED);

        late.arrive();

        assertThat(position(ORDERS_0)).isEqualTo(6);
        assertThat(commit(session, lease, 7)).isEqualTo(APPLIED);
    }

    @Test
    void commit_arrivingAfterTakeover_changesNothing() throws Exception {
        GroupSession stale = store.join(group, SHORT_TTL);
        Lease lost = lease(stale, ORDERS_0);
        commit(stale, lost, 4);
        GroupSession next = join();
        next.heartbeat();
        Late late = new Late(put(ORDERS_0));
        assertThat(commit(stale, lost, 50)).isInstanceOf(Outcome.Unknown.class);
        pass(SHORT_TTL);
        next.heartbeat();
        assertThat(acquired(next, ORDERS_0).checkpoint()).isEqualTo(Checkpoint.at(4));

        late.arrive();

        assertThat(position(ORDERS_0)).isEqualTo(4);
        assertThat(commit(stale, lost, 50)).isInstanceOf(Outcome.Fenced.class);
    }

    @Test
    void acquire_whoseAnswerWasLost_isSeenAsOursAndAdopted() throws Exception {
        GroupSession session = join();
        AtomicBoolean sent = new AtomicBoolean();
        proxy.faults(request -> {
            sent.compareAndSet(false, put(ORDERS_0).test(request));
            return sent.get() ? Fault.REPLY_LOST : Fault.NONE;
        });
        assertThat(session.acquire(ORDERS_0)).isInstanceOf(Acquisition.Unknown.class);
        proxy.heal();
        assertThat(join().acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(session.memberId()));

        Lease lease = session.heartbeat().owner(ORDERS_0);

        assertThat(lease)
                .isEqualTo(
                        new Lease(ORDERS_0, session.memberId(), stored(ORDERS_0).token()));
        assertThat(session.acquire(ORDERS_0)).isEqualTo(new Acquisition.Acquired(lease, null));
        assertThat(commit(session, lease, 1)).isEqualTo(APPLIED);
    }

    @Test
    void acquire_arrivingLate_isSeenAsOursAndAdopted() throws Exception {
        GroupSession session = store.join(group, SHORT_TTL);
        Late late = new Late(put(ORDERS_0));
        assertThat(session.acquire(ORDERS_0)).isInstanceOf(Acquisition.Unknown.class);
        assertThat(session.heartbeat().owner(ORDERS_0)).isNull();
        late.arrive();

        Lease lease = session.heartbeat().owner(ORDERS_0);

        assertThat(lease.memberId()).isEqualTo(session.memberId());
        assertThat(session.acquire(ORDERS_0)).isEqualTo(new Acquisition.Acquired(lease, null));
    }

    @Test
    void acquire_arrivingAfterAnothers_changesNothing() throws Exception {
        GroupSession session = store.join(group, SHORT_TTL);
        Late late = new Late(put(ORDERS_0));
        assertThat(session.acquire(ORDERS_0)).isInstanceOf(Acquisition.Unknown.class);
        GroupSession other = join();
        Lease taken = lease(other, ORDERS_0);

        late.arrive();

        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(taken);
        assertThat(session.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(other.memberId()));
        assertThat(commit(other, taken, 1)).isEqualTo(APPLIED);
    }

    @Test
    void release_whoseAnswerWasLost_isAppliedWhenRepeated_andLeavesTheNextLease() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        fault(Fault.REPLY_LOST, request -> true);
        assertThat(session.release(lease)).isInstanceOf(Outcome.Unknown.class);
        proxy.heal();
        GroupSession next = join();
        Lease taken = lease(next, ORDERS_0);

        assertThat(session.release(lease)).isEqualTo(APPLIED);
        assertThat(next.heartbeat().owner(ORDERS_0)).isEqualTo(taken);
        assertThat(session.heartbeat().owner(ORDERS_0)).isEqualTo(taken);
    }

    /** Adopting the lease as it stands would let the late release free what is being worked on. */
    @Test
    void acquire_whileAReleaseIsOnItsWay_takesANewLeaseThatTheReleaseCannotEnd() throws Exception {
        GroupSession session = store.join(group, SHORT_TTL);
        Lease before = lease(session, ORDERS_0);
        Late late = new Late(put(ORDERS_0));
        assertThat(session.release(before)).isInstanceOf(Outcome.Unknown.class);
        Lease now = lease(session, ORDERS_0);

        late.arrive();

        assertThat(now.token()).isGreaterThan(before.token());
        assertThat(stored(ORDERS_0).owner()).isEqualTo(session.memberId());
        assertThat(commit(session, now, 1)).isEqualTo(APPLIED);
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
    void leave_whoseAnswerWasLost_hasEndedTheSession() throws Exception {
        GroupSession session = join();
        fault(Fault.REPLY_LOST, request -> true);
        assertThatThrownBy(session::leave).isInstanceOf(IOException.class);
        proxy.heal();

        session.leave();
        assertThatThrownBy(session::heartbeat).isInstanceOf(SessionExpiredException.class);
        assertThat(memberObjects()).isEmpty();
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

    /** The first of some requests, kept on its way until the test has it arrive. */
    private static final class Late {
        private final CountDownLatch leave = new CountDownLatch(1);

        Late(Predicate<Request> meant) {
            Predicate<Request> first = onceOnly(meant);
            proxy.faults(request -> {
                if (first.test(request)) {
                    waitFor(leave);
                }
                return Fault.NONE;
            });
        }

        void arrive() {
            long served = proxy.served();
            leave.countDown();
            await().until(() -> proxy.served() > served);
        }
    }
}
