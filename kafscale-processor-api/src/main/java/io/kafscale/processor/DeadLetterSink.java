package io.kafscale.processor;

/**
 * Where records go that an {@link ErrorPolicy} gives up. A record is here before the offset moves past it; after a crash it
 * may come again. {@link FileDeadLetterSink} is one; {@link DeadLetters} reads back what it keeps.
 *
 * <p>Called from several threads at once, for different partitions. Closed by the processor.
 */
@FunctionalInterface
public interface DeadLetterSink extends AutoCloseable {

    /**
     * Keeps a dead letter. <b>Returning means durable.</b>
     *
     * @throws Exception anything: it is tried again, as the policy of {@link Stage#DEAD_LETTER} says, and the partition waits
     */
    void write(DeadLetter letter) throws Exception;

    /** Frees what it holds. */
    @Override
    default void close() {}
}
