package io.kafscale.examples;

import io.kafscale.discovery.SegmentKey;
import io.kafscale.discovery.SegmentKey.Half;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.BatchCompression;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Plays the broker: puts the golden segments of the topic {@code orders}, then new ones, and notes each record in an
 * {@link OrderLog}. For one thread at a time.
 */
final class OrderBroker {

    static final String NAMESPACE = "demo";
    static final String TOPIC = "orders";
    static final int PARTITIONS = 3;

    private static final JsonMapper JSON = new JsonMapper();
    private static final int RECORDS_PER_SEGMENT = 20;
    private static final List<BatchCompression> COMPRESSIONS = List.of(BatchCompression.values());

    private final S3Client client;
    private final String bucket;
    private final OrderLog log;
    private int written;

    OrderBroker(S3Client client, String bucket, OrderLog log) {
        this.client = client;
        this.bucket = bucket;
        this.log = log;
    }

    /**
     * Puts the golden segments.
     *
     * @param golden the directory with {@code segments} and {@code expected}
     * @return how many segments
     */
    int putGolden(Path golden) throws IOException {
        int segments = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            try (Stream<Path> files = Files.list(golden.resolve("segments/golden/orders/" + partition))) {
                for (Path file : files.sorted().toList()) {
                    put(prefix(partition) + file.getFileName(), Files.readAllBytes(file));
                    segments += file.toString().endsWith(".kfs") ? 1 : 0;
                }
            }
            // What Kafka's own consumer read of the same data, so that nothing of ours vouches for itself.
            for (String line : Files.readAllLines(golden.resolve("expected/orders/" + partition + ".jsonl"))) {
                log.add(expected(partition, JSON.readTree(line)));
            }
        }
        return segments;
    }

    /** Flips one bit in the middle of a golden segment, as a bad disk would, and returns the object's name. */
    String damageOne(Path golden) throws IOException {
        String name = "segment-00000000000000000410.kfs";
        byte[] segment = Files.readAllBytes(golden.resolve("segments/golden/orders/1/" + name));
        segment[segment.length / 2] ^= 1;
        put(prefix(1) + name, segment);
        return "s3://" + bucket + "/" + prefix(1) + name;
    }

    /** Puts another segment, at the end of the partition whose turn it is. */
    void putNext() {
        int partition = written % PARTITIONS;
        long base = log.ends().getOrDefault(partition, 0L);
        long timestamp = System.currentTimeMillis();
        RecordBatchBuilder batch = new RecordBatchBuilder()
                .compression(COMPRESSIONS.get(written % COMPRESSIONS.size()))
                .timestamp(timestamp);
        List<OutputLine> lines = Stream.iterate(base, offset -> offset + 1)
                .limit(RECORDS_PER_SEGMENT)
                .map(offset -> order(partition, offset, timestamp))
                .toList();
        lines.forEach(line -> batch.record(line.key(), line.value(), Map.of("source", "demo")));
        WrittenSegment segment =
                new SegmentWriter(base, timestamp).append(batch.build()).finish();
        TopicPartition orders = new TopicPartition(TOPIC, partition);
        put(new SegmentKey(NAMESPACE, orders, base, Half.SEGMENT).key(), segment.segment());
        put(new SegmentKey(NAMESPACE, orders, base, Half.INDEX).key(), segment.index());
        lines.forEach(log::add);
        written++;
    }

    /** An order with what makes JSON escape: quotes, line ends, letters beyond ASCII; now and then no key or no value. */
    private static OutputLine order(int partition, long offset, long timestamp) {
        String key = offset % 11 == 0 ? null : "c-" + offset % 97;
        String value = offset % 13 == 0
                ? null
                : "{\"order\": " + offset + ", \"note\": \"5\u2033 pipe\\n\u00e0 \ud83d\ude9a\"}\n";
        return new OutputLine(
                partition, offset, timestamp, key, value, List.of(new OutputLine.Header("source", "demo")));
    }

    private static OutputLine expected(int partition, JsonNode line) {
        List<OutputLine.Header> headers = line.get("headers")
                .valueStream()
                .map(header -> new OutputLine.Header(header.get(0).stringValue(), text(header.get(1))))
                .toList();
        return new OutputLine(
                partition,
                line.get("offset").longValue(),
                line.get("timestamp").longValue(),
                text(line.get("key")),
                text(line.get("value")),
                headers);
    }

    private static @Nullable String text(JsonNode base64) {
        return base64.isNull()
                ? null
                : new String(Base64.getDecoder().decode(base64.stringValue()), StandardCharsets.UTF_8);
    }

    private static String prefix(int partition) {
        return NAMESPACE + "/" + TOPIC + "/" + partition + "/";
    }

    private void put(String key, byte[] content) {
        client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
    }
}
