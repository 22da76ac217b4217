package io.kafscale.benchmarks;

import io.kafscale.testkit.BatchCompression;
import java.util.Locale;

/** What is decoded, and by how much faster than Kafka's reader at least (architecture.md, "Limits to reach"). */
public enum DecodeRow {
    NONE_100B(BatchCompression.NONE, 100, false, 3.5),
    NONE_100B_HEADERS(BatchCompression.NONE, 100, true, 2),
    NONE_1KB(BatchCompression.NONE, 1_000, false, 1.4),
    NONE_10KB(BatchCompression.NONE, 10_000, false, 1.3),
    GZIP_1KB(BatchCompression.GZIP, 1_000, false, 1.5),
    SNAPPY_FRAMED_1KB(BatchCompression.SNAPPY_FRAMED, 1_000, false, 1.5),
    SNAPPY_RAW_1KB(BatchCompression.SNAPPY_RAW, 1_000, false, 1.5),
    LZ4_1KB(BatchCompression.LZ4, 1_000, false, 1.8),
    ZSTD_1KB(BatchCompression.ZSTD_STREAMED, 1_000, false, 1.8),
    ZSTD_SIZED_1KB(BatchCompression.ZSTD, 1_000, false, 1.8);

    private final BatchCompression compression;
    private final int valueBytes;
    private final boolean readsHeaders;
    private final double leastRatio;

    DecodeRow(BatchCompression compression, int valueBytes, boolean readsHeaders, double leastRatio) {
        this.compression = compression;
        this.valueBytes = valueBytes;
        this.readsHeaders = readsHeaders;
        this.leastRatio = leastRatio;
    }

    BatchCompression compression() {
        return compression;
    }

    int valueBytes() {
        return valueBytes;
    }

    /** Whether every header's key and value is read, not only how many there are. */
    boolean readsHeaders() {
        return readsHeaders;
    }

    double leastRatio() {
        return leastRatio;
    }

    /** As it is printed: {@code none-100B}. */
    String label() {
        return name().toLowerCase(Locale.ROOT)
                .replace('_', '-')
                .replaceAll("(?<=\\d)(k?)b\\b", "$1B")
                .replace("kB", "KB");
    }
}
