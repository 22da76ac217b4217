package io.kafscale.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code -Dsim.seed=N} replays one seed, {@code -Dsim.seeds=N} runs that many. */
class SimulationTest {

    private static final int SEEDS = Integer.getInteger("sim.seeds", 500);

    @Test
    void everySeed_keepsEveryPromise() {
        Long only = Long.getLong("sim.seed");
        Simulations runs = new Simulations();
        long first = only == null ? 0 : only;
        long last = only == null ? SEEDS - 1 : only;
        for (long seed = first; seed <= last; seed++) {
            runs.add(Simulation.run(seed, Sabotage.NONE));
        }
        System.out.println(runs);
        assertThat(runs.acknowledged()).isPositive();
        assertThat(only != null || runs.foundByName() > 0).isTrue();
        assertThat(only != null || runs.faults().size() == Faults.Kind.values().length)
                .as("every kind of fault occurred: %s", runs)
                .isTrue();
    }

    @Test
    void sameSeed_isTheSameRun() {
        assertThat(Simulation.run(7, Sabotage.NONE)).isEqualTo(Simulation.run(7, Sabotage.NONE));
    }

    @ParameterizedTest
    @EnumSource(value = Sabotage.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aDefectPutInOnPurpose_failsWithASeedThatReplays(Sabotage sabotage) {
        long failing = firstFailingSeed(sabotage);
        assertThatThrownBy(() -> Simulation.run(failing, sabotage))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed " + failing);
        assertThat(Simulation.run(failing, Sabotage.NONE).seed()).isEqualTo(failing);
    }

    private static long firstFailingSeed(Sabotage sabotage) {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                Simulation.run(seed, sabotage);
            } catch (AssertionError e) {
                System.out.println(sabotage + ": " + e.getMessage());
                return seed;
            }
        }
        throw new AssertionError(SEEDS + " seeds did not find " + sabotage);
    }
}
