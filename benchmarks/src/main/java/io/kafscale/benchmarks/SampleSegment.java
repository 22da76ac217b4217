package io.kafscale.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.util.Arrays;
import java.util.Random;

/** A segment of 4 MiB or a thousand records in batches of 64 KiB before compression; each record has a key and two headers. */
final class SampleSegment {

    private static final int SEGMENT_BYTES = 4 << 20;
    private static final int LEAST_RECORDS = 1_000;
    private static final int BATCH_BYTES = 64 << 10;
    private static final int OVERHEAD_BYTES = 60; // key, headers and framing of a record, about
    private static final long CREATED = 1_767_225_600_000L;
    private static final int HEADER_LENGTH = 32;
    private static final int FOOTER_LENGTH = 16;

    private static final int ARTICLES = 500;
    private static final String[] NAMES = {"Trail running shoe", "Rain jacket", "Camping stove", "Head torch", "Rope"};
    private static final String[] STATES = {"NEW", "PAID", "PACKED", "SHIPPED", "DELIVERED", "RETURNED"};
    private static final String[] WAREHOUSES = {"Amsterdam", "Berlin", "Lyon", "Turin", "Vienna", "Warsaw", "Zaragoza"};

    private final WrittenSegment written;
    private final int records;

    private SampleSegment(WrittenSegment written) {
        this.written = written;
        this.records = (int) (written.nextOffset() - written.baseOffset());
    }

    static SampleSegment of(DecodeRow row) {
        Random random = new Random(17);
        int perBatch = Math.max(1, BATCH_BYTES / (row.valueBytes() + OVERHEAD_BYTES));
        SegmentWriter writer = new SegmentWriter(1_000_000, CREATED);
        int record = 0;
        for (int bytes = 0; bytes < SEGMENT_BYTES || record < LEAST_RECORDS; bytes += BATCH_BYTES) {
            RecordBatchBuilder batch = new RecordBatchBuilder().compression(row.compression());
            for (int i = 0; i < perBatch; i++, record++) {
                batch.timestamp(CREATED + record / 3);
                batch.record(
                        ("customer-" + random.nextInt(10_000)).getBytes(UTF_8),
                        value(random, record, row.valueBytes()),
                        new RecordBatchBuilder.Headers()
                                .add("source", "shop-eu".getBytes(UTF_8))
                                .add(
                                        "trace",
                                        Long.toHexString(random.nextLong() | Long.MIN_VALUE)
                                                .getBytes(UTF_8)));
            }
            writer.append(batch.build());
        }
        return new SampleSegment(writer.finish());
    }

    /** Orders as a shop would write them, in JSON, of a few hundred articles, cut to length. */
    static byte[] value(Random random, int record, int length) {
        StringBuilder json = new StringBuilder("{\"orderId\":").append(7_000_000 + record);
        json.append(",\"status\":\"")
                .append(STATES[random.nextInt(STATES.length)])
                .append("\",\"currency\":\"EUR\"");
        json.append(",\"items\":[");
        while (json.length() < length) {
            int article = random.nextInt(ARTICLES);
            json.append("{\"sku\":\"SKU-").append(10_000 + article);
            json.append("\",\"name\":\"")
                    .append(NAMES[article % NAMES.length])
                    .append(' ')
                    .append(article / NAMES.length);
            json.append("\",\"image\":\"https://static.example.org/articles/").append(10_000 + article);
            json.append("/front.jpg\",\"quantity\":").append(1 + random.nextInt(9));
            json.append(",\"unitPrice\":").append(article * 37 % 20_000 / 100.0);
            json.append(",\"taxRate\":0.19,\"giftWrapped\":").append(random.nextInt(10) == 0);
            json.append(",\"warehouse\":\"")
                    .append(WAREHOUSES[article % WAREHOUSES.length])
                    .append("\"},");
        }
        return Arrays.copyOf(json.toString().getBytes(UTF_8), length);
    }

    String name() {
        return written.segmentName();
    }

    int records() {
        return records;
    }

    byte[] segment() {
        return written.segment();
    }

    /** The record batches alone, which is what Kafka's reader takes. */
    byte[] body() {
        byte[] segment = written.segment();
        return Arrays.copyOfRange(segment, HEADER_LENGTH, segment.length - FOOTER_LENGTH);
    }
}
