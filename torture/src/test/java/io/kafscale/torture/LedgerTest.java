package io.kafscale.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.segment.TopicPartition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

    @TempDir
    Path directory;

    @Test
    void ledgerOfAKilledProcess_isReadUpToItsLastWholeLine() throws Exception {
        Path file = Files.writeString(directory.resolve("w1.ledger"), """
                begin 0 100 orders 2 7 10 12 1 3500
                begin 1 110 orders 3 8 0 5 2 0
                end 0 120 confirmed 10:ff 11:1a
                end 1 130 failed 0:1
                begin 2 140 orders 2 7 12 14 1 3400
                end 2 150 confirmed 12:2""");
        TopicPartition orders2 = new TopicPartition("orders", 2);
        assertThat(Ledger.read("w1", file))
                .containsExactly(
                        new Dispatch(
                                "w1",
                                orders2,
                                7,
                                10,
                                12,
                                100,
                                true,
                                List.of(),
                                new Dispatch.End(
                                        120,
                                        true,
                                        List.of(new Dispatch.Written(10, 255), new Dispatch.Written(11, 26)))),
                        new Dispatch(
                                "w1",
                                new TopicPartition("orders", 3),
                                8,
                                0,
                                5,
                                110,
                                false,
                                List.of(),
                                new Dispatch.End(130, false, List.of(new Dispatch.Written(0, 1)))),
                        new Dispatch("w1", orders2, 7, 12, 14, 140, true, List.of(), null));
    }

    @Test
    void partsThatWereConfirmed_areReadInOrder_whateverCameAfter() throws Exception {
        Path file = Files.writeString(directory.resolve("w1.ledger"), """
                begin 0 100 orders 2 7 10 16 1 3500
                part 0 110 12 10:1 11:2
                part 0 120 14 12:3
                """);
        Dispatch dispatch = Ledger.read("w1", file).get(0);
        assertThat(dispatch.confirmations())
                .containsExactly(new Dispatch.Confirmation(110, 12, 0), new Dispatch.Confirmation(120, 14, 0));
        assertThat(dispatch.confirmedNext()).isEqualTo(14);
        assertThat(dispatch.lastNanos()).isEqualTo(120);
        assertThat(dispatch.confirmedRecords())
                .containsExactly(new Dispatch.Written(10, 1), new Dispatch.Written(11, 2), new Dispatch.Written(12, 3));
    }
}
