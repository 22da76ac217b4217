package io.kafscale.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.segment.TopicPartition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TakeoversTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final long SECOND = 1_000_000_000;

    private final ProducedLog produced = new ProducedLog();

    @Test
    void timeWithoutAnOwner_countsFromTheKill_orTheLastWrite_orWhenThereWasSomethingToRead() {
        produced.extend(ORDERS_0, 20, 0);
        produced.extend(ORDERS_0, 30, 30 * SECOND);
        Takeovers takeovers = new Takeovers(produced, Map.of("w1", 12 * SECOND));
        takeovers.add(List.of(
                confirmed("w3", 3, 20, 30, 33),
                confirmed("w1", 1, 0, 10, 10),
                confirmed("w2", 2, 10, 20, 17),
                confirmed("w2", 2, 10, 20, 20)));
        assertThat(takeovers.count()).isEqualTo(2);
        assertThat(takeovers.describe())
                .containsExactly(
                        "after a kill   1, p50 5.0 s, p99 5.0 s, most 5.0 s",
                        "otherwise      1, p50 3.0 s, p99 3.0 s, most 3.0 s");
    }

    private static Dispatch confirmed(String process, long epoch, long first, long next, long begunSeconds) {
        long begun = begunSeconds * SECOND;
        return new Dispatch(
                process,
                ORDERS_0,
                epoch,
                first,
                next,
                begun,
                true,
                List.of(),
                new Dispatch.End(begun + 1, true, List.of()));
    }
}
