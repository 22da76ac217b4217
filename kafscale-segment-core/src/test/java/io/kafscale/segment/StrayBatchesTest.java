package io.kafscale.segment;

import static io.kafscale.segment.TestSegments.batch;
import static io.kafscale.segment.TestSegments.offsets;
import static io.kafscale.segment.TestSegments.open;
import static io.kafscale.segment.TestSegments.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several batches in one produce request: brokers give only the first of them its offset. */
class StrayBatchesTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 98, 101, 106, 5_000, Long.MAX_VALUE - 4, -7})
    void open_batchWithProducersOwnBase_isCountedAndNeverDelivered(long strayBase) {
        byte[] segment = segment(100, 6, 105, batch(100, 3), batch(strayBase, 4), batch(103, 3));
        SegmentReader reader = open(segment);
        assertThat(reader.strayBatches()).isEqualTo(1);
        assertThat(reader.strayRecords()).isEqualTo(4);
        assertThat(reader.batchCount()).isEqualTo(2);
        assertThat(reader.nextOffset()).isEqualTo(106);
        assertThat(offsets(reader.cursor())).containsExactly(100, 101, 102, 103, 104, 105);
    }

    @Test
    void open_strayBehindTheLastBatch_doesNotMoveNextOffset() {
        // It begins just where the next segment will, so only the footer tells that it is not ours.
        SegmentReader reader = open(segment(100, 3, 102, batch(100, 3), batch(103, 4)));
        assertThat(reader.strayBatches()).isEqualTo(1);
        assertThat(reader.nextOffset()).isEqualTo(103);
        assertThat(reader.maxTimestamp()).isEqualTo(TestSegments.CREATED + 2);
        assertThat(offsets(reader.cursor())).containsExactly(100, 101, 102);
    }

    @Test
    void cursor_rangeThatOnlyAStrayWouldCover_isEmpty() {
        SegmentReader reader = open(segment(100, 3, 102, batch(100, 3), batch(5_000, 4)));
        assertThat(offsets(reader.cursor(103, 6_000))).isEmpty();
    }

    @Test
    void open_holesBetweenBatchesAndCountsAddUp_areNoStrays() {
        SegmentReader reader = open(segment(batch(100, 3), batch(110, 2), batch(200, 1)));
        assertThat(reader.strayBatches()).isZero();
        assertThat(reader.batchCount()).isEqualTo(3);
        assertThat(offsets(reader.cursor())).containsExactly(100, 101, 102, 110, 111, 200);
    }

    @Test
    void open_strayThatFitsByChance_isReportedUnderFullInsteadOfDeliveredUnderWrongOffsets() {
        // A stray at 103..104 pushes out the true batch at 103..105; header and footer disagree with what is left.
        byte[] segment = segment(100, 6, 105, batch(100, 3), batch(103, 2), batch(103, 3));
        assertThatThrownBy(() -> open(segment))
                .isInstanceOf(CorruptSegmentException.class)
                .hasMessageContaining("the batches do not end at the footer's last offset");
    }
}
