package io.kafscale.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BufferBudgetTest {

    private final AtomicLong inflated = new AtomicLong();
    private final BufferBudget budget = new BufferBudget(100, inflated::get);
    private final BufferShare one = share();
    private final BufferShare other = share();

    @Test
    void reserve_withinTheLimit_isGranted_beyondIt_isNot() {
        assertThat(budget.reserveEvenBeyond(60, one)).isTrue();
        assertThat(budget.reserve(41)).isFalse();
        assertThat(budget.reserve(40)).isTrue();
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void reserve_beyondTheLimit_isGrantedToOnePartitionAtATime_asMuchAsItNeeds() {
        assertThat(budget.reserveEvenBeyond(90, one)).isTrue();
        assertThat(budget.reserveEvenBeyond(500, one)).isTrue();
        assertThat(budget.reserveEvenBeyond(20, other)).isFalse();
        assertThat(budget.reserveEvenBeyond(20, one)).isTrue();
        budget.release(520);
        assertThat(budget.reserveEvenBeyond(20, other)).isTrue();
    }

    @Test
    void release_ofEverything_leavesNothing() {
        budget.reserveEvenBeyond(90, one);
        budget.reserveEvenBeyond(500, one);
        budget.release(90);
        budget.release(500);
        assertThat(budget.used()).isZero();
        assertThat(budget.reserve(100)).isTrue();
    }

    @Test
    void whatIsInflated_leavesLessToFetches_andEndsNobodysRightToGoOn() {
        assertThat(budget.reserve(30)).isTrue();
        inflated.set(60);
        assertThat(budget.used()).isEqualTo(90);
        assertThat(budget.reserve(11)).isFalse();
        inflated.set(100);
        assertThat(budget.reserveEvenBeyond(10, one)).isTrue();
        assertThat(budget.reserveEvenBeyond(10, other)).isFalse();
        budget.release(10);
        assertThat(budget.reserveEvenBeyond(10, other)).isTrue();
        inflated.set(0);
        assertThat(budget.reserve(60)).isTrue();
    }

    private static BufferShare share() {
        Duration any = Duration.ofSeconds(30);
        Settings settings = new Settings("any", any, any, any, any, any, any, any, any, 100, 4, 2, 1, false, 1);
        Environment env = new Environment(settings, Ticker.SYSTEM, new Random(1), command -> {});
        return new SegmentBuffers(env, () -> 0).newShare(new Wakeup(env, () -> {}));
    }
}
