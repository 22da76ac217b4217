package io.kafscale.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentBuffersTest {

    private static final int LIMIT = 1_000;

    private static final Ticker NO_TIME = new Ticker() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    };

    private final Environment env = new Environment(settings(), NO_TIME, new Random(1), command -> {});
    private final SegmentBuffers buffers = new SegmentBuffers(env, () -> 0);

    /** A partition that takes objects of one size, as many as it may, each time it is called. */
    private final class Partition {
        final int size;
        final BufferShare share;
        int wanted = Integer.MAX_VALUE;
        int held;

        Partition(int size) {
            this.size = size;
            this.share = buffers.newShare(new Wakeup(env, this::fetch));
        }

        void fetch() {
            while (held < wanted && share.reserve(size)) {
                held++;
            }
        }

        void deliver() {
            held--;
            share.release(size);
            fetch();
            env.ringAlarms();
        }
    }

    @Test
    void whatIsNeededTogether_isGrantedToOneAfterTheOther_soThatNobodyWaitsForEver() {
        Partition first = new Partition(LIMIT / 2);
        Partition second = new Partition(LIMIT / 2);
        assertThat(first.share.reserveNeeded(LIMIT / 2)).isTrue();
        assertThat(second.share.reserveNeeded(LIMIT / 2)).isTrue();
        assertThat(first.share.reserveNeeded(LIMIT / 2)).as("beyond the limit").isTrue();
        assertThat(second.share.reserveNeeded(LIMIT / 2)).as("one at a time").isFalse();
        assertThat(first.share.reserveNeeded(LIMIT / 2))
                .as("for whom the other waits")
                .isTrue();
        first.share.release(LIMIT / 2 * 3);
        assertThat(second.share.reserveNeeded(LIMIT / 2)).isTrue();
    }

    @Test
    void alone_takesHalf() {
        Partition alone = new Partition(100);
        alone.fetch();

        assertThat(alone.held).isEqualTo(5);
    }

    @Test
    void besideOnesThatTakeLittle_borrowsWhatTheyLeave_butLeavesAsMuch() {
        for (int i = 0; i < 9; i++) {
            Partition small = new Partition(1);
            small.wanted = 1;
            small.fetch();
        }
        Partition large = new Partition(50);
        large.fetch();

        assertThat(large.held).as("a tenth would be 2").isEqualTo(9);
    }

    @Test
    void stuckOnes_leaveRoomForTheNext_aQuarterOfAllAtLeast() {
        List<Integer> held = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Partition stuck = new Partition(10);
            stuck.fetch();
            held.add(stuck.held);
        }

        assertThat(held).startsWith(50, 25, 1, 1).endsWith(1, 1);
        assertThat(buffers.used()).isEqualTo(750 + 18 * 10);
    }

    @Test
    void oneWithNothing_comesFirst_beforeOneThatHasMoreThanItsShare() {
        Partition early = new Partition(250);
        early.fetch();
        Partition late = new Partition(250);
        late.wanted = 1;
        late.fetch();
        Partition later = new Partition(250);
        later.wanted = 1;
        later.fetch();
        Partition last = new Partition(250);
        last.wanted = 1;
        last.fetch();
        assertThat(List.of(early.held, late.held, later.held, last.held)).containsExactly(2, 1, 1, 1);
        assertThat(buffers.used()).as("by one object too much").isEqualTo(LIMIT + 250);
        Partition waiting = new Partition(250);
        waiting.wanted = 1;
        waiting.fetch();
        assertThat(waiting.held).isZero();

        early.deliver();

        assertThat(early.held).isEqualTo(1);
        assertThat(waiting.held).isEqualTo(1);
    }

    @Test
    void thoseWithNothing_areServedInTheOrderInWhichTheyCame_andOneWhoReleasesStandsBehind() {
        Partition[] holders = {new Partition(1_000), new Partition(1_000)};
        List<Integer> order = new ArrayList<>();
        for (Partition holder : holders) {
            holder.wanted = 1;
            holder.fetch();
        }
        List<Partition> line = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Partition waiting = new Partition(1_000);
            waiting.wanted = 1;
            waiting.fetch();
            line.add(waiting);
        }
        for (Partition next : holders) {
            next.deliver();
            line.stream().filter(one -> one.held == 1).map(line::indexOf).forEach(order::add);
        }

        assertThat(order).containsExactly(0, 0, 1);
        assertThat(holders[0].held).isZero();
    }

    @Test
    void inLine_withoutWantingAnythingAnyMore_doesNotHoldUpTheOthers() {
        Partition[] holders = {new Partition(1_000), new Partition(1_000)};
        for (Partition holder : holders) {
            holder.wanted = 1;
            holder.fetch();
            holder.wanted = 0;
        }
        Partition gone = new Partition(1_000);
        gone.fetch();
        gone.wanted = 0;
        Partition waiting = new Partition(1_000);
        waiting.wanted = 1;
        waiting.fetch();

        holders[0].deliver();

        assertThat(waiting.held).isEqualTo(1);
    }

    @Test
    void handedOver_isNotThePartitions_butStaysTaken() {
        Partition partition = new Partition(100);
        partition.wanted = 1;
        partition.fetch();
        partition.share.handOver(100);

        assertThat(partition.share.held()).isZero();
        assertThat(buffers.used()).isEqualTo(100);
        buffers.release(100);
        assertThat(buffers.used()).isZero();
    }

    @Test
    void fetches_atOnce_onlyUpToTheMost() {
        buffers.fetchBegun();
        assertThat(buffers.mayFetchAtOnce()).isTrue();
        buffers.fetchBegun();
        assertThat(buffers.mayFetchAtOnce()).isFalse();
        buffers.fetchEnded();
        assertThat(buffers.mayFetchAtOnce()).isTrue();
    }

    private static Settings settings() {
        Duration any = Duration.ofSeconds(30);
        return new Settings("any", any, any, any, any, any, any, any, any, LIMIT, 4, 2, 1, false, 1);
    }
}
