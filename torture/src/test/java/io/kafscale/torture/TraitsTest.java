package io.kafscale.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TraitsTest {

    @Test
    void textOfTraits_isReadBack() {
        for (Traits traits : List.of(Traits.PLAIN, new Traits(EnumSet.allOf(Trait.class)))) {
            assertThat(Traits.parse(traits.toString())).isEqualTo(traits);
        }
    }

    @Test
    void workersOfARun_agreeOnWhatIsToBeDelivered_andDifferOtherwise() {
        Set<Trait> seen = EnumSet.noneOf(Trait.class);
        for (long seed = 0; seed < 20; seed++) {
            TortureOptions options = options(SinkKind.LEDGER, seed);
            Traits run = options.traits();
            for (int number = 1; number < 5; number++) {
                Traits worker = run.ofWorker(options, number);
                assertThat(worker.traits()).containsAll(run.traits());
                assertThat(worker.traits().stream().filter(Trait::isOfTheRun)).containsExactlyElementsOf(run.traits());
                seen.addAll(worker.traits());
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(Trait.values());
    }

    /** The builder refuses both. */
    @Test
    void runWithPlannedBatches_hasNoPoison() {
        for (long seed = 0; seed < 50; seed++) {
            Traits run = options(SinkKind.LEDGER, seed).traits();
            assertThat(run.has(Trait.PLANNED) && run.has(Trait.POISONED)).isFalse();
        }
    }

    @Test
    void workersWithATable_haveOnlyWhatThatTakes() {
        for (long seed = 0; seed < 20; seed++) {
            TortureOptions options = options(SinkKind.JDBC, seed);
            assertThat(options.traits().ofWorker(options, 1).traits())
                    .isSubsetOf(Trait.PLANNED, Trait.FILTERED, Trait.SMALL_BATCHES);
        }
    }

    private static TortureOptions options(SinkKind sink, long seed) {
        return new TortureOptions(
                StoreKind.JDBC, sink, seed, Duration.ZERO, 4, List.of("orders"), 3, Path.of("target"));
    }
}
