package io.kafscale.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseTermTest {

    private static final Duration TTL = Duration.ofSeconds(30);

    private long nanos = Long.MAX_VALUE - 1_000;
    private long wallMillis = 1_767_225_600_000L;

    private final Ticker ticker = new Ticker() {
        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public long wallMillis() {
            return wallMillis;
        }
    };

    private final LeaseTerm term = new LeaseTerm(ticker, TTL, LeaseTerm.sentNow(ticker));

    @Test
    void ends_aMarginBeforeTheTtl_andAcrossNanoTimesOverflow() {
        pass(Duration.ofSeconds(24));
        assertThat(term.isOver()).isFalse();
        assertThat(Duration.ofNanos(term.remainingNanos())).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(term.isOver()).isTrue();
    }

    @Test
    void renewal_countsFromBeforeItWasSent() {
        pass(Duration.ofSeconds(10));
        LeaseTerm.Renewal sent = LeaseTerm.sentNow(ticker);
        pass(Duration.ofSeconds(10));
        term.renewed(sent);
        assertThat(Duration.ofNanos(term.remainingNanos())).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void olderRenewal_arrivingLate_doesNotShorten() {
        LeaseTerm.Renewal older = LeaseTerm.sentNow(ticker);
        pass(Duration.ofSeconds(5));
        term.renewed(LeaseTerm.sentNow(ticker));
        term.renewed(older);
        assertThat(Duration.ofNanos(term.remainingNanos())).isEqualTo(Duration.ofSeconds(25));
    }

    @Test
    void suspendedMachine_whoseMonotonicClockStood_isOver() {
        wallMillis += Duration.ofMinutes(5).toMillis();
        assertThat(term.isOver()).isTrue();
    }

    @Test
    void wallClockSetBack_doesNotLengthen() {
        wallMillis -= Duration.ofHours(1).toMillis();
        pass(Duration.ofSeconds(26));
        assertThat(term.isOver()).isTrue();
    }

    private void pass(Duration duration) {
        nanos += duration.toNanos();
        wallMillis += duration.toMillis();
    }
}
