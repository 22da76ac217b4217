package io.kafscale.processor.runtime;

import io.kafscale.processor.Stage;
import io.kafscale.processor.StartPosition;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds out where a partition is to go on: at its first start, or because someone seeks. */
final class Repositioning {

    private final Environment env;
    private final Wakeup wakeup;
    private final Blockage blockage;
    private final Ownership ownership;
    private final Backoff backoff;
    private boolean looking;
    private Command.@Nullable Resolve sought;
    private @Nullable CompletableFuture<Long> answer;

    Repositioning(Environment env, Wakeup wakeup, Blockage blockage, Ownership ownership) {
        this.env = env;
        this.wakeup = wakeup;
        this.blockage = blockage;
        this.ownership = ownership;
        this.backoff = env.newBackoff();
    }

    /** Whether a partition that was never processed may begin where it is. If not, where else is being found out. */
    boolean isAtStart(StartPosition wanted) {
        if (wanted instanceof StartPosition.Earliest) {
            return true;
        }
        if (!looking && wakeup.isReady(backoff)) {
            looking = true;
            env.issue(new Command.Resolve(ownership, wanted));
        }
        return false;
    }

    /** A later wish replaces an earlier one. */
    void seek(StartPosition position, CompletableFuture<Long> answer) {
        end("another seek of " + ownership.partition() + " came after this one");
        this.answer = answer;
        sought = new Command.Resolve(ownership, position);
        env.issue(sought);
    }

    /** Whether this is what is wanted still. */
    boolean resolved(Event.Resolved resolved) {
        if (sought != null && !resolved.command().equals(sought)) {
            return false;
        }
        backoff.succeeded();
        blockage.resolved(Stage.LIST);
        CompletableFuture<Long> waiting = answer;
        if (resolved.command().equals(sought) && waiting != null) {
            answer = null;
            waiting.complete(resolved.offset());
        }
        return true;
    }

    void failed(Command.Resolve command, Throwable cause) {
        CompletableFuture<Long> waiting = answer;
        if (command.equals(sought) && waiting != null) {
            answer = null;
            waiting.completeExceptionally(cause);
        } else if (!command.equals(sought)) {
            looking = false;
            blockage.failed(Stage.LIST, backoff, cause);
        }
    }

    /** Nothing is sought any more. */
    void end(String reason) {
        CompletableFuture<Long> waiting = answer;
        if (waiting != null) {
            answer = null;
            waiting.completeExceptionally(new IllegalStateException(reason));
        }
    }
}
