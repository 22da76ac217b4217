package io.kafscale.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A register that can be written and read; what is written is its state. */
class LinearizabilityCheckTest {

    private record Access(boolean isWrite, int value) {
        @Override
        public String toString() {
            return (isWrite ? "writes " : "reads ") + value;
        }
    }

    private static final SequentialModel<Integer, Access> REGISTER = new SequentialModel<>() {
        @Override
        public Integer initial() {
            return 0;
        }

        @Override
        public Integer after(Integer state, Access access) {
            if (access.isWrite()) {
                return access.value();
            }
            return state == access.value() ? state : null;
        }
    };

    private final List<Operation<Access>> history = new ArrayList<>();

    @Test
    void readDuringAWrite_ofEitherValue_isExplained() {
        write(1, 0, 10);
        read(0, 2, 4);
        read(1, 5, 7);
        assertThat(find()).isEmpty();
    }

    @Test
    void readsDuringAWrite_newThenOld_areNot() {
        write(1, 0, 10);
        read(1, 2, 4);
        read(0, 5, 7);
        assertThat(find()).hasValueSatisfying(found -> {
            assertThat(found.unexplained().number()).isEqualTo(2);
            assertThat(found.explained()).isEqualTo(1);
        });
    }

    @Test
    void readAfterAWrite_ofTheValueBefore_isNot() {
        write(1, 0, 10);
        read(0, 11, 12);
        assertThat(find()).isPresent();
    }

    @Test
    void overlappingWrites_readInOneOrder_areExplained_inBothOrdersAreNot() {
        write(1, 0, 10);
        write(2, 0, 10);
        read(2, 11, 12);
        assertThat(find()).isEmpty();
        read(1, 13, 14);
        assertThat(find()).isPresent();
    }

    @Test
    void writeWithoutAnswer_mayHappenAtAnyLaterTimeOrNever() {
        write(1, 0, Operation.NEVER);
        read(0, 1, 2);
        assertThat(find()).isEmpty();
        read(1, 100, 101);
        assertThat(find()).isEmpty();
        write(2, 102, 103);
        read(1, 104, 105);
        assertThat(find()).as("it happens only once").isPresent();
    }

    @Test
    void writeWithoutAnswer_doesNotHappenBeforeItWasAsked() {
        read(1, 0, 1);
        write(1, 2, Operation.NEVER);
        assertThat(find()).isPresent();
    }

    @Test
    void writeWithoutAnswer_thatExpires_mayHappenUntilThenOrNever() {
        history.add(new Operation<>(0, "main", new Access(true, 1), 0, 30, true));
        read(1, 20, 40);
        assertThat(find()).isEmpty();
        read(1, 41, 42);
        assertThat(find()).isEmpty();
        history.remove(2);
        write(2, 31, 41);
        read(2, 42, 43);
        read(1, 44, 45);
        assertThat(find()).as("it had to happen by 30").isPresent();
    }

    @Test
    void writeWithoutAnswer_thatHasExpiredUnseen_isNotExpectedToHaveHappened() {
        history.add(new Operation<>(0, "main", new Access(true, 1), 0, 30, true));
        read(0, 50, 60);
        read(0, 70, 80);
        assertThat(find()).isEmpty();
        read(1, 90, 100);
        assertThat(find()).isPresent();
    }

    @Test
    void touchingCalls_countAsOverlapping() {
        write(1, 0, 10);
        read(0, 10, 12);
        assertThat(find()).isEmpty();
    }

    @Test
    void contradiction_showsTheShortestStretchAndWhatWentBefore() {
        write(1, 1_000_000, 2_000_000);
        read(1, 2_500_000, 3_000_000);
        write(7, 3_100_000, Operation.NEVER);
        read(1, 3_200_000, 3_300_000);
        write(2, 4_000_000, 6_000_000);
        read(5, 5_000_000, 7_000_000);
        write(3, 8_000_000, 9_000_000);
        assertThat(find()).map(Contradiction::describe).hasValue("""
                4 calls have an explanation. At first:
                    1
                These may yet take effect:
                         3.100 to       ever ms  main  writes 7
                Then, in any order in which they overlap:
                         4.000 to      6.000 ms  main  writes 2
                  >      5.000 to      7.000 ms  main  reads 5
                No order explains the answer of the call marked by '>'.
                """);
    }

    /** The same question, answered by trying every order of every choice of the unanswered calls. */
    @Test
    void randomHistories_areJudgedAsByTryingEveryOrder() {
        Random random = new Random(4);
        int good = 0;
        for (int i = 0; i < 20_000; i++) {
            history.clear();
            for (int call = 0; call < 6; call++) {
                long invoked = random.nextInt(20);
                long returned = random.nextInt(6) == 0 ? Operation.NEVER : invoked + 1 + random.nextInt(8);
                boolean isUnanswered = returned == Operation.NEVER || random.nextInt(6) == 0;
                Access access = new Access(random.nextBoolean(), random.nextInt(3));
                history.add(new Operation<>(call, "main", access, invoked, returned, isUnanswered));
            }
            boolean expected = someOrderExplains(REGISTER.initial(), new HashSet<>(history));
            assertThat(find().isEmpty()).as(() -> history.toString()).isEqualTo(expected);
            good += expected ? 1 : 0;
        }
        assertThat(good).isBetween(2_000, 18_000);
    }

    @Test
    void longHistoryOfManyThreads_isJudgedQuickly() {
        Random random = new Random(5);
        int state = 0;
        for (int i = 0; i < 20_000; i++) {
            boolean isWrite = random.nextBoolean();
            state = isWrite ? random.nextInt(5) : state;
            // It takes effect at i; up to eight are under way at once.
            add(isWrite, state, i * 10L - random.nextInt(40), i * 10L + random.nextInt(40));
        }
        assertThat(find()).isEmpty();
        read(9, 1_000_000, 1_000_001);
        assertThat(find())
                .hasValueSatisfying(found -> assertThat(found.explained()).isEqualTo(20_000));
    }

    private static boolean someOrderExplains(int state, Set<Operation<Access>> rest) {
        if (rest.stream().allMatch(Operation::isUnanswered)) {
            return true;
        }
        for (Operation<Access> next : List.copyOf(rest)) {
            Integer after = REGISTER.after(state, next.call());
            boolean isNext = rest.stream()
                    .allMatch(
                            other -> other.equals(next) || other.isUnanswered() || other.returned() >= next.invoked());
            if (after != null && isNext) {
                Set<Operation<Access>> fewer = new HashSet<>(rest);
                fewer.remove(next);
                fewer.removeIf(other -> other.isUnanswered() && other.returned() < next.invoked());
                if (someOrderExplains(after, fewer)) {
                    return true;
                }
            }
        }
        return false;
    }

    private Optional<Contradiction<Integer, Access>> find() {
        return LinearizabilityCheck.find(REGISTER, history);
    }

    private void write(int value, long invoked, long returned) {
        add(true, value, invoked, returned);
    }

    private void read(int value, long invoked, long returned) {
        add(false, value, invoked, returned);
    }

    private void add(boolean isWrite, int value, long invoked, long returned) {
        history.add(new Operation<>(history.size(), "main", new Access(isWrite, value), invoked, returned));
    }
}
