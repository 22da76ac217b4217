package io.kafscale.processor.runtime;

import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What keeps a partition from going on: what failed and is tried again, or what has stopped it for good. */
final class Blockage {

    private final Environment env;
    private final TopicPartition partition;
    private @Nullable Stage stage;
    private String reason = "";
    private @Nullable String stoppedBecause;
    private boolean ended;

    Blockage(Environment env, TopicPartition partition) {
        this.env = env;
        this.partition = partition;
    }

    /** It is tried again when {@code backoff} says so. */
    void failed(Stage stage, Backoff backoff, Throwable cause) {
        backoff.failed(env.now());
        if (!ended) {
            this.stage = stage;
            reason = Reasons.of(cause);
            env.tell(new ProcessorEvent.Failed(stage, partition, backoff.failures(), reason));
        }
    }

    /** This succeeds again. */
    void resolved(Stage stage) {
        this.stage = this.stage == stage ? null : this.stage;
    }

    /** Records got all the way through. */
    void resolved() {
        stage = null;
    }

    /** Nothing more is read from this partition. */
    void stop(ProcessorEvent because) {
        stoppedBecause = because.message();
        env.tell(because);
    }

    boolean isStopped() {
        return stoppedBecause != null;
    }

    /** Whatever fails from now on is of no interest. */
    void end() {
        ended = true;
    }

    /** One sentence, or null when nothing is in the way. */
    @Nullable
    String explanation() {
        return stoppedBecause != null ? stoppedBecause : stage == null ? null : stage.label() + ": " + reason;
    }

    @Override
    public String toString() {
        return stage == null ? "" : " blocked on " + reason;
    }
}
