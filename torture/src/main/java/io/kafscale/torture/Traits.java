package io.kafscale.torture;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * What a worker has of {@link Trait}, and what follows for the records it is to deliver. Half of what is possible, as a seed
 * says. Its text is what {@link #parse} takes.
 */
record Traits(Set<Trait> traits) {

    private static final int STRETCH = 120;
    private static final int STRETCHES = 6;
    private static final int ONE_POISON_IN = 500;
    private static final String NONE = "plain";

    /** None. */
    static final Traits PLAIN = new Traits(Set.of());

    Traits {
        traits = Collections.unmodifiableSet(traits.isEmpty() ? EnumSet.noneOf(Trait.class) : EnumSet.copyOf(traits));
    }

    /** What all workers of a run have. */
    static Traits ofRun(TortureOptions options) {
        SplittableRandom random = new SplittableRandom(Objects.hash(
                options.seed(), options.store().toString(), options.sink().toString()));
        Set<Trait> chosen = EnumSet.noneOf(Trait.class);
        for (Trait trait : Trait.values()) {
            if (random.nextBoolean() && trait.isOfTheRun() && options.sink().takes(trait)) {
                chosen.add(trait);
            }
        }
        if (chosen.contains(Trait.PLANNED)) {
            // A processor refuses both: a planned batch is not halved to find the bad record.
            chosen.remove(Trait.POISONED);
        }
        return new Traits(chosen);
    }

    /** These, which are the run's, and those of its worker of this number. */
    Traits ofWorker(TortureOptions options, int number) {
        SplittableRandom random = new SplittableRandom(Objects.hash(options.seed(), number));
        Set<Trait> chosen = EnumSet.noneOf(Trait.class);
        chosen.addAll(traits);
        for (Trait trait : Trait.values()) {
            if (random.nextBoolean() && !trait.isOfTheRun() && options.sink().takes(trait)) {
                chosen.add(trait);
            }
        }
        return new Traits(chosen);
    }

    static Traits parse(String text) {
        return text.equals(NONE)
                ? PLAIN
                : new Traits(Arrays.stream(text.split("\\+", -1))
                        .map(name -> Trait.valueOf(name.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toSet()));
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** Whether the filter lets the record at this offset through. */
    boolean isWanted(long offset) {
        return !has(Trait.FILTERED) || offset / STRETCH % STRETCHES != STRETCHES / 2;
    }

    /** Whether the record of this hash is refused whatever is done. */
    boolean isPoison(long hash) {
        return has(Trait.POISONED) && hash % ONE_POISON_IN == 0;
    }

    /** Whether a sink that refuses the poison of this hash says which record it is; else the batch is halved. */
    static boolean isNamed(long hash) {
        return hash / ONE_POISON_IN % 2 == 0;
    }

    @Override
    public String toString() {
        return traits.isEmpty()
                ? NONE
                : traits.stream()
                        .map(trait -> trait.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining("+"));
    }
}
