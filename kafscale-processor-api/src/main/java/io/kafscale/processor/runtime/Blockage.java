package io.kafscale.processor.runtime;

import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What keeps a partition from going on: what failed and is tried again, or what has stopped it for good. */
final class Blockage {

    private final Environment env;
    private final TopicPartition partition;
    private final TopicPlan plan;
    private @Nullable Stage stage;
    private String reason = "";
    private @Nullable String stoppedBecause;
    private boolean ended;

    Blockage(Environment env, TopicPartition partition, TopicPlan plan) {
        this.env = env;
        this.partition = partition;
        this.plan = plan;
    }

    /** It is tried again when {@code backoff} says so, unless its policy has it stopped. */
    void failed(Stage stage, Backoff backoff, Throwable cause) {
        ErrorPolicy policy = plan.policy(stage);
        backoff.failed(env.now(), policy.firstPause(), policy.longestPause());
        if (ended) {
            return;
        }
        this.stage = stage;
        reason = Reasons.of(cause);
        boolean isEnough = backoff.failures() >= policy.attempts();
        if (isEnough && policy.then() == ErrorPolicy.Action.STOP_PARTITION && !isStopped()) {
            stop(new DeliveryEvent.Stopped(partition, stage, backoff.failures(), reason));
        } else if (isEnough && policy.then() == ErrorPolicy.Action.STOP_PROCESSOR && !isStopped()) {
            ProcessorEvent end = new DeliveryEvent.ProcessorStopped(stage, partition, reason);
            stop(end);
            env.endProcessor(end.message());
        } else {
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

    /** Whether nothing is in the way. */
    boolean isFree() {
        return stage == null && !isStopped();
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
