/** ProcessorBuilder and Processor: drives an application's sinks from KafScale segments, at least once and in order. */
@SuppressWarnings("module") // the testkit is built after this module
module io.kafscale.processor {
    requires transitive io.kafscale.segment;
    requires transitive io.kafscale.discovery;
    requires transitive io.kafscale.checkpoint;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.kafscale.processor;
    exports io.kafscale.processor.runtime to
            io.kafscale.testkit;
}
