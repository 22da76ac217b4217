/** Finds the completed segments of KafScale topics in an object store. */
module io.kafscale.discovery {
    requires transitive io.kafscale.segment;
    requires static transitive org.jspecify;

    exports io.kafscale.discovery;
}
