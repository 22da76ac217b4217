/** Owning partitions and moving offsets: the CheckpointStore SPI and an in-memory store. */
module io.kafscale.checkpoint {
    requires transitive io.kafscale.segment;
    requires static transitive org.jspecify;

    exports io.kafscale.checkpoint;
}
