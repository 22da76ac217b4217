package io.kafscale.processor.runtime;

import io.kafscale.processor.Stage;

/** The request about a partition's log that is under way: one at a time, whatever it asks for. */
final class LogRequest {

    private final Environment env;
    private final Wakeup wakeup;
    private final Blockage blockage;
    private final Backoff backoff;
    private boolean underWay;

    LogRequest(Environment env, Wakeup wakeup, Blockage blockage) {
        this.env = env;
        this.wakeup = wakeup;
        this.blockage = blockage;
        this.backoff = env.newBackoff();
    }

    boolean mayBegin() {
        return !underWay && wakeup.isReady(backoff);
    }

    /** Whether another may be begun, and the last one has not failed. */
    boolean mayBeginAtOnce() {
        return !underWay && backoff.failures() == 0;
    }

    void begin(Command.OfPartition request) {
        begun();
        env.issue(request);
    }

    /** Someone else issues it. */
    void begun() {
        underWay = true;
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** It was answered, which need not mean that it told anything. */
    void ended() {
        underWay = false;
    }

    /** The log told what was asked. */
    void succeeded() {
        ended();
        backoff.succeeded();
        blockage.resolved(Stage.LIST);
    }

    void failed(Throwable cause) {
        ended();
        blockage.failed(Stage.LIST, backoff, cause);
    }
}
