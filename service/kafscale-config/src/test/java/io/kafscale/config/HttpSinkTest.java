package io.kafscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class HttpSinkTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 1);
    private static final int ORDERS_PER_PARTITION = 1000;

    @TempDir
    private Path directory;

    private KafscaleConfig config(String url, String options) throws IOException {
        return ConfigFile.in(directory, """
                        group: posts
                        segments: { directory: "%s", namespace: golden }
                        offsets: { backend: memory }
                        sinks:
                          http: { url: "%s", authorization: "Bearer ${TOKEN}" }
                        mappings:
                          - topic: orders
                            sink: http.orders
                            options: { %s }
                        """.formatted(ConfigFile.SEGMENTS, url, options))
                .with(Map.of("TOKEN", "s3cret"))
                .load();
    }

    private static List<JsonNode> accepted(HttpReceiver receiver) {
        return receiver.received().stream()
                .filter(received -> received.answer() / 100 == 2)
                .map(HttpReceiver.Received::body)
                .filter(body -> body.get("partition").asInt() == ORDERS.partition())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204})
    void success_confirms_andEveryRecordWasSentInOrder(int status) throws IOException {
        try (HttpReceiver receiver = HttpReceiver.answering(status);
                RunningProcessor running = RunningProcessor.start(config(receiver.url(), "max_records: 150"))) {
            running.awaitCommit(ORDERS, ORDERS_PER_PARTITION);
            List<JsonNode> bodies = accepted(receiver);
            List<Long> offsets = new ArrayList<>();
            for (JsonNode body : bodies) {
                assertThat(body.propertyNames())
                        .containsExactly("topic", "partition", "epoch", "firstOffset", "records");
                assertThat(body.get("topic").asString()).isEqualTo("orders");
                assertThat(body.get("epoch").asLong()).isPositive();
                assertThat(body.get("firstOffset"))
                        .isEqualTo(body.get("records").get(0).get("offset"));
                assertThat(body.get("records").size()).isBetween(1, 150);
                body.get("records")
                        .forEach(record -> offsets.add(record.get("offset").asLong()));
            }
            assertThat(offsets)
                    .isEqualTo(LongStream.range(0, ORDERS_PER_PARTITION).boxed().toList());
            assertThat(bodies.get(0).get("records").get(0).propertyNames())
                    .containsExactly("offset", "timestamp", "key", "value", "headers");
            assertThat(receiver.received())
                    .allMatch(received -> "Bearer s3cret".equals(received.authorization())
                            && received.method().equals("POST"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 503})
    void anyOtherAnswer_confirmsNothing_untilItSucceeds(int status) throws IOException {
        try (HttpReceiver receiver = HttpReceiver.answering(status);
                RunningProcessor running = RunningProcessor.start(config(receiver.url(), ""))) {
            await().until(() -> running.blockedOn(ORDERS) != null);
            assertThat(running.blockedOn(ORDERS))
                    .contains(receiver.url() + " answered " + status + ", which confirms nothing: full up")
                    .doesNotContain("s3cret");
            assertThat(running.committed(ORDERS)).isZero();
            receiver.answer(200);
            running.awaitCommit(ORDERS, ORDERS_PER_PARTITION);
            long sum = accepted(receiver).stream()
                    .mapToLong(body -> body.get("records").size())
                    .sum();
            assertThat(sum).as("each once").isEqualTo(ORDERS_PER_PARTITION);
        }
    }

    @Test
    void check_reachesIt_orSaysThatItDoesNotAnswer() throws IOException {
        String url;
        try (HttpReceiver receiver = HttpReceiver.answering(405);
                OpenedConfig opened = config(receiver.url(), "").open()) {
            url = receiver.url();
            assertThat(opened.check())
                    .last()
                    .isEqualTo(new Reached("sink http.orders of orders", true, "answers (405 to OPTIONS)"));
        }
        try (OpenedConfig opened = config(url + "?token=s3cret", "").open()) {
            Reached sink = opened.check().get(2);
            assertThat(sink.isReached()).isFalse();
            assertThat(sink.finding()).isEqualTo(url + " does not answer: ConnectException");
        }
    }
}
