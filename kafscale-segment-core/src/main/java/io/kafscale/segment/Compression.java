package io.kafscale.segment;

import org.jspecify.annotations.Nullable;

/** How a batch's records are packed, by the number in the batch's attributes. */
enum Compression {
    NONE(0, "uncompressed", "no library"),
    GZIP(1, "gzip", "the JDK"),
    SNAPPY(2, "snappy", "org.xerial.snappy:snappy-java"),
    LZ4(3, "lz4", "at.yawk.lz4:lz4-java"),
    ZSTD(4, "zstd", "com.github.luben:zstd-jni");

    private static final Compression[] BY_ID = values();

    private final int id;
    private final String label;
    private final String artifact;

    Compression(int id, String label, String artifact) {
        this.id = id;
        this.label = label;
        this.artifact = artifact;
    }

    /** The compression with this number, or null when Kafka has none. */
    static @Nullable Compression of(int id) {
        return id < BY_ID.length && BY_ID[id].id == id ? BY_ID[id] : null;
    }

    String label() {
        return label;
    }

    /**
     * Makes a codec. No other code touches a compression library first.
     *
     * @throws MissingCodecException when its library is not there or does not work here
     */
    Codec newCodec() throws MissingCodecException {
        try {
            return switch (this) {
                case NONE -> throw new IllegalStateException("nothing to inflate");
                case GZIP -> new GzipCodec();
                case SNAPPY -> new SnappyCodec();
                case LZ4 -> new Lz4Codec();
                case ZSTD -> new ZstdCodec();
            };
        } catch (LinkageError e) {
            throw new MissingCodecException(
                    label + ", whose library is missing or cannot be loaded here: add " + artifact
                            + " to the class path",
                    e);
        }
    }
}
