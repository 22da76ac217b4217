package io.kafscale.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BufferBudgetTest {

    private final BufferBudget budget = new BufferBudget(100);

    @Test
    void reserve_withinTheLimit_isGranted_beyondIt_isNot() {
        assertThat(budget.reserve(60, true)).isTrue();
        assertThat(budget.reserve(41, false)).isFalse();
        assertThat(budget.reserve(40, false)).isTrue();
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void reserve_beyondTheLimit_isGrantedToOneThatHoldsNothing_andOnlyOnceAtATime() {
        assertThat(budget.reserve(90, true)).isTrue();
        assertThat(budget.reserve(500, true)).isTrue();
        assertThat(budget.reserve(20, true)).isFalse();
        budget.release(500);
        assertThat(budget.reserve(20, true)).isTrue();
    }

    @Test
    void release_ofEverything_leavesNothing() {
        budget.reserve(90, true);
        budget.reserve(500, true);
        budget.release(90);
        budget.release(500);
        assertThat(budget.used()).isZero();
        assertThat(budget.reserve(100, false)).isTrue();
    }
}
