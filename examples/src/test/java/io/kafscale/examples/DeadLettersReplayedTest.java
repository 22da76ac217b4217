package io.kafscale.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersReplayedTest {

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void run_replaysExactlyWhatWasRefused(@TempDir Path letters) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Set<String> orders = DeadLettersReplayed.run(
                Path.of(System.getProperty("kafscale.golden"), "segments"),
                letters,
                new PrintStream(printed, true, StandardCharsets.UTF_8));

        List<String> refused = IntStream.range(0, 3)
                .boxed()
                .flatMap(partition -> Stream.of(7, 407, 807)
                        .map(offset -> "dead letter: orders-" + partition + " offset " + offset
                                + " after 3 attempts: there is no room for orders-" + partition + " offset " + offset))
                .toList();
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .startsWith("delivered: 2991")
                .containsSubsequence(refused)
                .endsWith("replayed: 9", "delivered in the end: 3000")
                .hasSize(12);
        assertThat(orders).hasSize(3000);
    }
}
