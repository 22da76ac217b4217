package io.kafscale.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.segment.TopicPartition;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EpochsTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);

    private final Epochs epochs = new Epochs();

    @Test
    void epoch_isTheToken_orTheOneAfterTheCheckpoints() {
        assertThat(epochs.next(lease(100), Checkpoint.at(0))).isEqualTo(100);
        assertThat(epochs.next(lease(200), Checkpoint.at(5).withEpoch(100))).isEqualTo(200);
        assertThat(epochs.next(lease(7), Checkpoint.at(5).withEpoch(300))).isEqualTo(301);
    }

    @Test
    void epoch_afterTheStoreWasSetBack_growsAllTheSame() {
        assertThat(epochs.next(lease(100), Checkpoint.at(0))).isEqualTo(100);
        assertThat(epochs.next(lease(40), Checkpoint.at(0).withEpoch(20))).isEqualTo(101);
        assertThat(epochs.next(lease(45), Checkpoint.at(0).withEpoch(101))).isEqualTo(102);
    }

    @Test
    void epoch_afterAnotherOwnerWasSeen_andTheStoreSetBack_isAboveTheirs() {
        epochs.saw(new GroupView(Map.of(), Map.of(ORDERS_0, lease(90))), "this one");
        assertThat(epochs.next(lease(40), Checkpoint.at(0).withEpoch(20))).isEqualTo(91);
    }

    @Test
    void epoch_ofALeaseThatAViewHasShownAlready_isItsToken() {
        epochs.saw(new GroupView(Map.of(), Map.of(ORDERS_0, lease(90))), "someone");
        assertThat(epochs.next(lease(90), Checkpoint.at(0))).isEqualTo(90);
    }

    private static Lease lease(long token) {
        return new Lease(ORDERS_0, "someone", token);
    }
}
