/** Reads KafScale segments: zero-copy, checked, without a broker. */
module io.kafscale.segment {
    requires static transitive org.jspecify;
    requires static com.github.luben.zstd_jni;
    requires static org.lz4.java;
    requires static org.xerial.snappy;

    exports io.kafscale.segment;
}
