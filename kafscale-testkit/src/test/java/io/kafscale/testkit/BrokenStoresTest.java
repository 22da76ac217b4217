package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.testkit.linearizability.ConcurrentWorkload;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** The contract finds what is wrong with a store. */
class BrokenStoresTest {

    private static final Duration TTL = Duration.ofSeconds(30);
    private static final String CONCURRENT = "concurrentMembers_seeALinearizableHistory";

    @Test
    void soundStore_failsNothing() {
        assertThat(failuresOf(Sound.class)).isEmpty();
    }

    @Test
    void unfencedCommit_failsTheContract() {
        Map<String, String> failures = failuresOf(UnfencedCommit.class);
        assertThat(failures)
                .containsOnlyKeys(
                        "acquire_afterOwnRelease_fencesTheLeaseBefore",
                        "commit_afterTakeover_isFenced",
                        "commit_withOneFencedAmongMany_appliesTheOthers",
                        CONCURRENT,
                        "lateCommit_landingUnderAnothersLease_changesNothing",
                        "lateCommit_landingUnderTheNextLease_changesNothing",
                        "release_byTheWrongMember_leavesTheLease",
                        "wallClock_jumpingBack_keepsNoDeadMembersLease");
        assertThat(failures.get(CONCURRENT)).contains("is not linearizable (seed ", "  > ", ": applied");
    }

    @Test
    void unconditionalRelease_failsTheContract() {
        Map<String, String> failures = failuresOf(UnconditionalRelease.class);
        assertThat(failures)
                .containsOnlyKeys(
                        "acquire_afterOwnRelease_fencesTheLeaseBefore",
                        CONCURRENT,
                        "lateRelease_landingUnderTheNextLease_leavesIt",
                        "release_afterTakeover_leavesTheOthersLease",
                        "release_byTheWrongMember_leavesTheLease",
                        "release_repeated_isAppliedAgainAndLeavesTheNextLease",
                        "release_whoseAnswerWasLost_isAppliedAndLeavesTheNextLease");
        assertThat(failures.get(CONCURRENT)).contains("is not linearizable (seed ", "  > ");
    }

    @Test
    void wallClockExpiry_failsTheContract() {
        Map<String, String> failures = failuresOf(WallClockExpiry.class);
        assertThat(failures)
                .containsOnlyKeys(
                        "wallClock_jumpingAhead_endsNoLease", "wallClock_jumpingBack_keepsNoDeadMembersLease");
        assertThat(failures.get("wallClock_jumpingBack_keepsNoDeadMembersLease"))
                .contains("it is not so that the lease of a dead member on orders-0 ended");
    }

    /** Nothing but members that work at the same time shows it, and not every time. */
    @Test
    void commitInTwoSteps_isFoundByTheConcurrentMembers() throws Exception {
        for (long seed = 0; seed < 50; seed++) {
            AtomicLong time = new AtomicLong();
            CheckpointStore store = BrokenStore.withCommitsInTwoSteps(new InMemoryCheckpointStore(time::get));
            try {
                new ConcurrentWorkload(store, "group", TTL, () -> time.addAndGet(TTL.toNanos() / 10)).run(seed);
            } catch (AssertionError e) {
                assertThat(e).hasMessageContaining("is not linearizable (seed " + seed + ")");
                return;
            }
        }
        throw new AssertionError("50 runs have not shown it");
    }

    /** The messages of the tests that failed, by the names of their methods; of repeated ones, that of the last. */
    private static Map<String, String> failuresOf(Class<?> contract) {
        Map<String, String> failures = new TreeMap<>();
        EngineTestKit.engine("junit-jupiter").selectors(selectClass(contract)).execute().allEvents().failed().stream()
                .forEach(event -> failures.put(method(event), message(event)));
        return failures;
    }

    private static String method(Event event) {
        return event.getTestDescriptor()
                .getSource()
                .map(source -> ((MethodSource) source).getMethodName())
                .orElseThrow();
    }

    private static String message(Event event) {
        return event.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .map(String::valueOf)
                .orElseThrow();
    }

    static class Sound extends CheckpointStoreContract {
        final AtomicLong nanoTime = new AtomicLong();
        final AtomicLong wallClockAhead = new AtomicLong();
        private final CheckpointStore store = create();

        CheckpointStore create() {
            return new InMemoryCheckpointStore(nanoTime::get);
        }

        @Override
        protected CheckpointStore store() {
            return store;
        }

        @Override
        protected Duration ttl() {
            return TTL;
        }

        @Override
        protected void letTimePass() {
            nanoTime.addAndGet(TTL.toNanos() / 10);
        }

        @Override
        protected void moveWallClock(Duration by) {
            wallClockAhead.addAndGet(by.toNanos());
        }
    }

    static final class UnfencedCommit extends Sound {
        @Override
        CheckpointStore create() {
            return BrokenStore.withUnfencedCommits(super.create());
        }
    }

    static final class UnconditionalRelease extends Sound {
        @Override
        CheckpointStore create() {
            return BrokenStore.withUnconditionalRelease(super.create());
        }
    }

    static final class WallClockExpiry extends Sound {
        @Override
        CheckpointStore create() {
            return new InMemoryCheckpointStore(() -> nanoTime.get() + wallClockAhead.get());
        }
    }
}
