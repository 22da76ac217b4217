package io.kafscale.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FetchDepthTest {

    private static final int LEAST = 4;

    private long now = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();
    private final FetchDepth depth = new FetchDepth(LEAST, now);
    private long asked;

    @Test
    void missed_theFirstSegments_changesNothing() {
        ask(4);
        depth.missed(0, now);
        depth.missed(0, now);
        depth.missed(1, now);

        assertThat(depth.depth()).isEqualTo(LEAST);
    }

    @Test
    void missed_oneAskedForAfterTheFirst_doubles_onceForAllThatWereUnderWay() {
        ask(4);
        depth.missed(0, now);
        ask(4);
        depth.missed(4, now);
        assertThat(depth.depth()).isEqualTo(8);
        depth.missed(4, now);
        depth.missed(7, now);
        assertThat(depth.depth()).isEqualTo(8);
        ask(8);
        depth.missed(8, now);
        assertThat(depth.depth()).isEqualTo(16);
    }

    @Test
    void missed_overAndOver_endsAtTheMost() {
        for (int i = 0; i < 20; i++) {
            ask(1);
            depth.missed(asked - 1, now);
        }

        assertThat(depth.depth()).isEqualTo(FetchDepth.MOST);
    }

    @Test
    void delivered_manySpareForASecond_fallsByHalfOfThose_butNeverBelowTheLeast() {
        raiseTo(64);
        depth.delivered(60, now);
        depth.delivered(40, now);
        assertThat(depth.depth()).as("a second has not passed").isEqualTo(64);
        pass(Duration.ofSeconds(1));
        depth.delivered(50, now);
        assertThat(depth.depth()).as("40 were not needed at any time").isEqualTo(44);
        for (int i = 0; i < 20; i++) {
            pass(Duration.ofSeconds(1));
            depth.delivered(depth.depth() - 1, now);
        }
        assertThat(depth.depth()).isEqualTo(LEAST);
    }

    @Test
    void delivered_noneSpareJustOnce_stays() {
        raiseTo(64);
        depth.delivered(0, now);
        depth.delivered(60, now);
        pass(Duration.ofSeconds(1));
        depth.delivered(60, now);

        assertThat(depth.depth()).isEqualTo(64);
    }

    @Test
    void least_beyondTheMost_isKept() {
        FetchDepth wide = new FetchDepth(500, now);
        wide.asked(1);
        wide.missed(0, now);
        wide.asked(2);
        wide.missed(2, now);

        assertThat(wide.depth()).isEqualTo(500);
    }

    private void raiseTo(int wanted) {
        while (depth.depth() < wanted) {
            ask(1);
            depth.missed(asked - 1, now);
        }
    }

    private void ask(int segments) {
        for (int i = 0; i < segments; i++) {
            depth.asked(asked++);
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
