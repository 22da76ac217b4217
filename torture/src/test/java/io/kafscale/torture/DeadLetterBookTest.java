package io.kafscale.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.processor.DeadLetter;
import io.kafscale.processor.Stage;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeadLetterBookTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final Traits POISONED = new Traits(Set.of(Trait.POISONED));
    private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);

    @Test
    void poison_isCountedOnce_howeverOftenItWasPutAside() {
        DeadLetterBook letters = new DeadLetterBook(List.of(letter(ORDERS_0, 7), letter(ORDERS_0, 7)));
        assertThat(letters.count(ORDERS_0)).isEqualTo(1);
        assertThat(letters.has(ORDERS_0, 7)).isTrue();
        assertThat(letters.has(ORDERS_0, 8)).isFalse();
    }

    @Test
    void recordThatIsNoPoison_isFound() {
        assertThat(new DeadLetterBook(List.of(letter(ORDERS_0, 7))).check(produced(7), POISONED))
                .containsExactly(
                        "orders-0 offset 7 is among the dead letters, though nothing is wrong with it: poison");
    }

    @Test
    void poisonWithItsOwnContent_isSound_andWithAnothersIsFound() {
        long poison = poisonOffset();
        DeadLetterBook letters = new DeadLetterBook(List.of(letter(ORDERS_0, poison)));
        assertThat(letters.check(produced(poison), POISONED)).isEmpty();
        ProducedLog other = new ProducedLog();
        other.add(ORDERS_0, poison, 1);
        other.extend(ORDERS_0, poison + 1, 0);
        assertThat(letters.check(other, POISONED))
                .containsExactly("the dead letter of orders-0 offset " + poison + " is not what was produced");
        assertThat(letters.check(new ProducedLog(), POISONED))
                .containsExactly("the dead letter of orders-0 offset " + poison + " was never produced");
    }

    /** A letter of a record that {@link #produced} produces. */
    static DeadLetter letter(TopicPartition partition, long offset) {
        Record record = Record.builder(offset).key(KEY).value(KEY).build();
        return new DeadLetter("torture", partition, record, Stage.SINK, 3, "poison", Instant.EPOCH);
    }

    private static ProducedLog produced(long offset) {
        ProducedLog produced = new ProducedLog();
        produced.add(ORDERS_0, offset, RecordHash.of(ORDERS_0, offset, KEY, KEY));
        produced.extend(ORDERS_0, offset + 1, 0);
        return produced;
    }

    private static long poisonOffset() {
        long offset = 0;
        while (!POISONED.isPoison(RecordHash.of(ORDERS_0, offset, KEY, KEY))) {
            offset++;
        }
        return offset;
    }
}
