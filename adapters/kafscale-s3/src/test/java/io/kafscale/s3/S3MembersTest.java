package io.kafscale.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.S3Proxy.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who lives, who is dead, and what becomes of what the dead owned. */
class S3MembersTest extends CheckpointFixture {

    private static final Duration ALMOST_TTL = TTL.minusMillis(1);

    @Test
    void silentMember_isDeadAfterItsTtlFromWhenItWasSeen_andNotBefore() throws Exception {
        GroupSession silent = join();
        Lease lease = lease(silent, ORDERS_0);
        pass(TTL);
        GroupSession observer = join();
        assertThat(observer.heartbeat().owner(ORDERS_0))
                .as("how long it was silent before is not known")
                .isEqualTo(lease);
        pass(ALMOST_TTL);
        assertThat(observer.heartbeat().members()).containsKey(silent.memberId());
        assertThat(observer.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(silent.memberId()));

        pass(Duration.ofMillis(1));

        assertThat(observer.heartbeat().members()).containsOnlyKeys(observer.memberId());
        assertThat(acquired(observer, ORDERS_0).lease().token()).isEqualTo(lease.token() + 1);
        assertThatThrownBy(silent::heartbeat)
                .isInstanceOf(SessionExpiredException.class)
                .hasMessageContaining("member " + silent.memberId() + " of group \"" + group + "\" in s3://" + BUCKET)
                .hasMessageContaining("was declared dead: it was silent for PT1M; it has to join again");
    }

    @Test
    void memberThatRenews_isNotDead_howeverLongItLives() throws Exception {
        GroupSession member = join();
        lease(member, ORDERS_0);
        GroupSession observer = join();
        for (int i = 0; i < 4; i++) {
            member.heartbeat();
            assertThat(observer.heartbeat().members()).containsKey(member.memberId());
            pass(ALMOST_TTL);
        }
        member.heartbeat();
        pass(Duration.ofMillis(1));
        assertThat(observer.heartbeat().members()).containsKey(member.memberId());
        assertThat(observer.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(member.memberId()));
    }

    /** It renews after the listing that condemned it, and before the declaration. */
    @Test
    void memberThatRenewsAtTheLastMoment_livesAndKeepsItsLeases() throws Exception {
        GroupSession member = join();
        Lease lease = lease(member, ORDERS_0);
        GroupSession observer = join();
        observer.heartbeat();
        pass(TTL);
        AtomicBoolean declared = new AtomicBoolean();
        proxy.faults(request -> {
            if (put(member).test(request) && declared.compareAndSet(false, true)) {
                try {
                    member.heartbeat();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return Fault.NONE;
        });

        assertThat(observer.heartbeat().owner(ORDERS_0)).isEqualTo(lease);

        assertThat(declared).isTrue();
        assertThat(observer.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(member.memberId()));
        assertThat(member.heartbeat().owner(ORDERS_0)).isEqualTo(lease);
    }

    /** A PUT that was sent before the death, and arrives after it. */
    @Test
    void heartbeatArrivingAfterDeath_bringsNobodyBack() throws Exception {
        GroupSession member = join();
        lease(member, ORDERS_0);
        String key = keys.member(member.memberId());
        String etag = direct.headObject(b -> b.bucket(BUCKET).key(key)).eTag();
        GroupSession observer = join();
        observer.heartbeat();
        pass(TTL);
        observer.heartbeat();

        ConditionalObjects late = new ConditionalObjects(client, BUCKET, Duration.ofSeconds(5));
        assertThat(late.write(key, "{\"state\":\"alive\",\"sequence\":2,\"ttl_ms\":60000}", etag))
                .isInstanceOf(ConditionalObjects.Written.Refused.class);
        assertThat(observer.heartbeat().members()).containsOnlyKeys(observer.memberId());
    }

    @Test
    void bothObserversOfADeath_agreeOnIt_andOneGetsThePartition() throws Exception {
        GroupSession dying = join();
        lease(dying, ORDERS_0);
        GroupSession one = join();
        GroupSession two = join();
        one.heartbeat();
        two.heartbeat();
        pass(TTL.dividedBy(2));
        one.heartbeat();
        two.heartbeat();
        pass(TTL.dividedBy(2));

        assertThat(one.heartbeat().members()).doesNotContainKey(dying.memberId());
        assertThat(two.heartbeat().members()).doesNotContainKey(dying.memberId());
        Lease taken = lease(two, ORDERS_0);
        assertThat(one.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(two.memberId()));
        assertThat(one.heartbeat().owner(ORDERS_0)).isEqualTo(taken);
    }

    @Test
    void deadMember_mayStillCommit_untilItsPartitionIsTakenOver() throws Exception {
        GroupSession dying = join();
        Lease lease = lease(dying, ORDERS_0);
        GroupSession heir = join();
        heir.heartbeat();
        pass(TTL);
        heir.heartbeat();

        assertThat(commit(dying, lease, 5)).isEqualTo(APPLIED);
        assertThat(acquired(heir, ORDERS_0).checkpoint()).isEqualTo(Checkpoint.at(5));
        assertThat(commit(dying, lease, 6)).isInstanceOf(Outcome.Fenced.class);
    }

    @Test
    void deadMembersObject_staysUntilAllItOwnedWasTakenOver() throws Exception {
        TopicPartition orders1 = new TopicPartition("orders", 1);
        GroupSession dying = join();
        lease(dying, ORDERS_0);
        lease(dying, orders1);
        GroupSession heir = join();
        heir.heartbeat();
        pass(TTL);
        heir.heartbeat();
        lease(heir, ORDERS_0);
        heir.heartbeat();
        assertThat(memberObjects()).contains(dying.memberId());

        lease(heir, orders1);
        heir.heartbeat();

        assertThat(memberObjects()).containsExactly(heir.memberId());
        assertThatThrownBy(dying::heartbeat).isInstanceOf(SessionExpiredException.class);
    }

    /** The dead are known by their object; one that joins later needs no TTL of its own to see that. */
    @Test
    void memberThatJoinsAfterADeath_takesOverAtOnce() throws Exception {
        GroupSession dying = join();
        lease(dying, ORDERS_0);
        GroupSession observer = join();
        observer.heartbeat();
        pass(TTL);
        observer.heartbeat();

        GroupSession late = join();
        assertThat(late.heartbeat().owner(ORDERS_0)).isNull();
        acquired(late, ORDERS_0);
    }

    @Test
    void ownerWhoseObjectWasDeleted_knowsAtItsNextHeartbeat_andIsGivenATtl() throws Exception {
        GroupSession owner = join();
        lease(owner, ORDERS_0);
        delete(keys.member(owner.memberId()));
        GroupSession other = join();
        other.heartbeat();
        assertThat(other.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(owner.memberId()));
        pass(ALMOST_TTL);
        other.heartbeat();
        assertThat(other.acquire(ORDERS_0)).isEqualTo(new Acquisition.Held(owner.memberId()));
        pass(Duration.ofMillis(1));
        assertThat(other.acquire(ORDERS_0))
                .as("nobody has looked since")
                .isEqualTo(new Acquisition.Held(owner.memberId()));

        other.heartbeat();

        acquired(other, ORDERS_0);
        assertThatThrownBy(owner::heartbeat).isInstanceOf(SessionExpiredException.class);
    }

    @Test
    void memberObjectThatMakesNoSense_keepsNobodyFromWorking_andItsMemberJoinsAgain() throws Exception {
        GroupSession broken = join();
        lease(broken, ORDERS_0);
        overwrite(keys.member(broken.memberId()), "broken");
        GroupSession other = join();
        assertThat(other.heartbeat().members()).containsKey(broken.memberId());
        assertThatThrownBy(broken::heartbeat).isInstanceOf(SessionExpiredException.class);

        pass(TTL);
        other.heartbeat();

        acquired(other, ORDERS_0);
    }

    @Test
    void memberThatLeftWithALease_isNoMember_andGoneWhenItGivesTheLeaseBack() throws Exception {
        GroupSession leaving = join();
        Lease lease = lease(leaving, ORDERS_0);
        leaving.leave();
        GroupSession other = join();
        assertThat(other.heartbeat().members()).containsOnlyKeys(other.memberId());
        assertThat(other.heartbeat().owner(ORDERS_0)).isEqualTo(lease);

        assertThat(leaving.release(lease)).isEqualTo(APPLIED);

        assertThat(memberObjects()).containsExactly(other.memberId());
        assertThat(other.heartbeat().owner(ORDERS_0)).isNull();
        acquired(other, ORDERS_0);
    }

    @Test
    void commit_afterAnEditByHand_isAConflictOnceAndThenReplacesIt() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        for (long edited : new long[] {4, 6, 900}) {
            commit(session, lease, 5);
            String key = keys.partition(ORDERS_0);
            overwrite(key, content(key).replaceAll("\"next_offset\":\\d+", "\"next_offset\":" + edited));

            assertThat(commit(session, lease, 6)).isEqualTo(new Outcome.Conflict(Checkpoint.at(edited)));
            assertThat(commit(session, lease, 7)).isEqualTo(APPLIED);
            assertThat(position(ORDERS_0)).isEqualTo(7);
        }
    }

    @Test
    void partitionObjectDeletedByHand_fencesItsOwner() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        delete(keys.partition(ORDERS_0));

        assertThat(commit(session, lease, 6)).isEqualTo(new Outcome.Fenced("no object"));
        assertThat(acquired(session, ORDERS_0).checkpoint()).isNull();
    }

    @Test
    void partitionObjectThatMakesNoSense_isNamed_andNothingIsWrittenOverIt() throws Exception {
        GroupSession session = join();
        Lease lease = lease(session, ORDERS_0);
        overwrite(keys.partition(ORDERS_0), "{\"owner\":null}");

        String expected = "s3://" + BUCKET + "/" + keys.partition(ORDERS_0) + " cannot be read (it has no token)";
        assertThat(commit(session, lease, 6))
                .isInstanceOfSatisfying(
                        Outcome.Unknown.class,
                        unknown -> assertThat(unknown.cause()).hasMessageStartingWith(expected));
        assertThat(join().acquire(ORDERS_0))
                .isInstanceOfSatisfying(
                        Acquisition.Unknown.class,
                        unknown -> assertThat(unknown.cause()).hasMessageStartingWith(expected));
        assertThat(content(keys.partition(ORDERS_0))).isEqualTo("{\"owner\":null}");
    }

    /** By S3's clock, since who deletes has not watched anybody. */
    @Test
    void groupOfACrashedWorker_canBeDeletedAfterItsTtl_andTokensGrowOn() throws Exception {
        GroupSession crashed = store.join(group, Duration.ofSeconds(3));
        Lease lease = null;
        for (int i = 0; i < 3; i++) {
            lease = lease(crashed, ORDERS_0);
            if (i < 2) {
                crashed.release(lease);
            }
        }
        assertThatThrownBy(() -> store.delete(group))
                .isInstanceOf(GroupInUseException.class)
                .hasMessageContaining("group \"" + group + "\" in s3://" + BUCKET)
                .hasMessageContaining("has 1 members and 1 owned partitions; close its processors");

        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(store.inspect(group).view().owners()).isEmpty());
        store.delete(group);

        assertThat(store.groups()).doesNotContain(group);
        assertThat(commit(crashed, lease, 5)).isInstanceOf(Outcome.Fenced.class);
        assertThatThrownBy(crashed::heartbeat).isInstanceOf(SessionExpiredException.class);
        assertThat(lease(join(), ORDERS_0).token()).isGreaterThan(lease.token());
    }

    @Test
    void delete_whileSomebodyTakesAPartition_isGivenUp() throws Exception {
        GroupSession first = join();
        Lease lease = lease(first, ORDERS_0);
        commit(first, lease, 5);
        first.release(lease);
        first.leave();
        AtomicBoolean deleting = new AtomicBoolean();
        GroupSession[] second = new GroupSession[1];
        proxy.faults(request -> {
            if (put(ORDERS_0).test(request) && deleting.compareAndSet(false, true)) {
                try {
                    second[0] = join();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                acquired(second[0], ORDERS_0);
            }
            return Fault.NONE;
        });

        assertThatThrownBy(() -> store.delete(group))
                .isInstanceOf(GroupInUseException.class)
                .hasMessageContaining("an owner of orders-0, which has just shown itself");

        assertThat(second[0].heartbeat().owner(ORDERS_0)).isNotNull();
        assertThat(position(ORDERS_0)).isEqualTo(5);
    }
}
