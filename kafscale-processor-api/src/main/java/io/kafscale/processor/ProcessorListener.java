package io.kafscale.processor;

/**
 * Hears what happens in a processor, beside the log that is always written. Called from one thread of its own, in order;
 * an exception is logged and changes nothing.
 */
@FunctionalInterface
public interface ProcessorListener {

    /** Something happened. */
    void on(ProcessorEvent event);
}
