package io.kafscale.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.segment.TopicPartition;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanCheckTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);

    @Test
    void sameRangeAgain_andWhatAPartLeftOfIt_areSound() {
        assertThat(PlanCheck.check(List.of(
                        dispatch("w1", 0, 5, 10),
                        dispatch("w2", 0, 5, 20),
                        dispatch("w3", 3, 5, 30),
                        dispatch("w3", 5, 8, 40))))
                .isEmpty();
    }

    @Test
    void rangeThatGrew_isFound_alsoBehindAPart() {
        assertThat(PlanCheck.check(List.of(dispatch("w1", 0, 5, 10), dispatch("w2", 0, 8, 20))))
                .containsExactly("w2 dispatched orders-0 [0, 8) under epoch 1 where w1 dispatched orders-0 [0, 5) under"
                        + " epoch 1 was planned");
        assertThat(PlanCheck.check(List.of(dispatch("w1", 0, 5, 10), dispatch("w2", 3, 8, 20))))
                .hasSize(1);
    }

    @Test
    void rangeThatShrank_isFound() {
        assertThat(PlanCheck.check(List.of(dispatch("w2", 0, 3, 20), dispatch("w1", 0, 5, 10))))
                .hasSize(1);
    }

    private static Dispatch dispatch(String process, long first, long next, long begun) {
        return new Dispatch(process, ORDERS_0, 1, first, next, begun, true, List.of(), null);
    }
}
