package io.kafscale.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BufferPoolTest {

    private static final long LIMIT = 10_000;

    private final BufferPool pool = new BufferPool(LIMIT);

    @Test
    void capacity_holdsTheSize_andWastesAnEighthAtMost() {
        long before = 0;
        for (int size = 1; size < 1 << 20; size += 7) {
            long capacity = BufferPool.capacity(size);
            assertThat(capacity).isGreaterThanOrEqualTo(size).isGreaterThanOrEqualTo(before);
            assertThat(size <= 240 || capacity - size <= (capacity + 16) / 8)
                    .as("%d for %d", capacity, size)
                    .isTrue();
            assertThat(BufferPool.capacity(capacity))
                    .as("a class is of its own class")
                    .isEqualTo(capacity);
            before = capacity;
        }
        assertThat(BufferPool.capacity((4 << 20) - 16)).isEqualTo((4 << 20) - 16);
        assertThat(BufferPool.capacity(Integer.MAX_VALUE - 9)).isEqualTo(Integer.MAX_VALUE - 8);
        assertThat(BufferPool.capacity(1L << 40)).isEqualTo(1L << 40);
    }

    @Test
    void givenBack_isUsedAgain_forAnySizeOfItsClass() {
        FetchBuffer first = pool.take(1_000);
        byte[] array = first.array();
        FetchBuffer second = pool.take(1_000);
        assertThat(second.array()).isNotSameAs(array);
        first.giveBack();

        assertThat(pool.take(999).array()).isSameAs(array);
        assertThat(pool.out()).isEqualTo(2);
    }

    @Test
    void givenBack_isPoisoned_soThatWhoStillLooksAtItSeesDamage() {
        FetchBuffer buffer = pool.take(300);
        byte[] seen = buffer.array();
        seen[17] = 1;
        buffer.giveBack();

        assertThat(seen).containsOnly(BufferPool.POISON);
    }

    @Test
    void writtenToAfterItWasGivenBack_isFoundOut() {
        FetchBuffer buffer = pool.take(300);
        byte[] kept = buffer.array();
        buffer.giveBack();
        kept[17] = 1;

        assertThatIllegalStateException()
                .isThrownBy(() -> pool.take(300))
                .withMessage("a buffer of 304 bytes was written to after it was given back");
    }

    @Test
    void left_isNeverUsedAgain_andNotOutAnyMore() {
        FetchBuffer buffer = pool.take(300);
        byte[] array = buffer.array();
        buffer.leave();

        assertThat(pool.out()).isZero();
        assertThat(pool.take(300).array()).isNotSameAs(array);
    }

    @Test
    void givenBackTwice_isRefused() {
        FetchBuffer buffer = pool.take(300);
        buffer.giveBack();

        assertThatIllegalStateException().isThrownBy(buffer::giveBack);
        assertThatIllegalStateException().isThrownBy(buffer::leave);
    }

    @Test
    void idleAndInUse_areNoMoreThanTheLimitTogether() {
        List<FetchBuffer> small = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            small.add(pool.take(1_000));
        }
        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        small.forEach(buffer -> arrays.add(buffer.array()));
        small.forEach(FetchBuffer::giveBack);
        // All but 4,896 bytes: room for four of the ten.
        FetchBuffer large = pool.take(5_000);
        assertThat(large.array()).hasSize(5_104);

        int same = 0;
        for (int i = 0; i < 10; i++) {
            same += arrays.contains(pool.take(1_000).array()) ? 1 : 0;
        }
        assertThat(same).isEqualTo(4);
    }

    @Test
    void oneLargerThanTheLimit_isNotKept() {
        FetchBuffer oversize = pool.take(20_000);
        byte[] array = oversize.array();
        oversize.giveBack();

        assertThat(pool.out()).isZero();
        assertThat(pool.take(20_000).array()).isNotSameAs(array);
    }
}
