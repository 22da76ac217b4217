package io.kafscale.processor.runtime;

import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.ProcessorEvent;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the parts of a coordinator share: the time of the event at hand, alarms, chance, and the way out for commands. */
final class Environment {

    private final Settings settings;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final Consumer<Command> commands;
    private final Alarms alarms = new Alarms();
    private long now;
    private boolean hintsExpected;
    private @Nullable String endWanted;

    Environment(Settings settings, Ticker ticker, RandomGenerator random, Consumer<Command> commands) {
        this.settings = settings;
        this.ticker = ticker;
        this.random = random;
        this.commands = commands;
        this.now = ticker.nanoTime();
    }

    Settings settings() {
        return settings;
    }

    /** The monotonic time, the same all through the handling of one event. */
    long now() {
        return now;
    }

    void readTheClock() {
        now = ticker.nanoTime();
    }

    /** Whether someone tells of new segments, so that polling is only for safety. */
    void expectHints(boolean expected) {
        hintsExpected = expected;
    }

    /** How long a partition is left alone when something new was found last. */
    Duration shortestPoll() {
        return hintsExpected ? settings.safetyPollInterval() : settings.pollInterval();
    }

    /** How long a partition is left alone that has had nothing new for long. */
    Duration longestPoll() {
        return hintsExpected ? settings.safetyPollInterval() : settings.maxPollInterval();
    }

    /** Some time within {@code span}, so that not everybody does the same at once. */
    long anyTimeWithin(Duration span) {
        return now + random.nextLong(span.toNanos() + 1);
    }

    /** Both clocks as they are this very moment, for a renewal that is about to be sent. */
    LeaseTerm.Renewal sentNow() {
        return LeaseTerm.sentNow(ticker);
    }

    LeaseTerm newTerm(LeaseTerm.Renewal first) {
        return new LeaseTerm(ticker, settings.leaseTtl(), first);
    }

    /** How long the store of leases is left alone at most after it failed; a worker that waits for it does nothing else. */
    Duration longestLeasePause() {
        Duration heartbeat = settings.heartbeatInterval();
        return heartbeat.compareTo(ErrorPolicy.DEFAULT_LONGEST_PAUSE) < 0
                ? heartbeat
                : ErrorPolicy.DEFAULT_LONGEST_PAUSE;
    }

    Backoff newBackoff() {
        return new Backoff(random);
    }

    /** Due at once. */
    PollPace newPace() {
        return new PollPace(random, now);
    }

    /** Anything from 0 to {@code bound}. */
    long chance(long bound) {
        return random.nextLong(bound + 1);
    }

    /** Has the processor drain and end; the first reason counts. */
    void endProcessor(String reason) {
        endWanted = endWanted == null ? reason : endWanted;
    }

    /** Why the processor is to end, or null while it is not. */
    @Nullable
    String endWanted() {
        return endWanted;
    }

    long wallMillis() {
        return ticker.wallMillis();
    }

    void issue(Command command) {
        commands.accept(command);
    }

    void tell(ProcessorEvent event) {
        issue(new Command.Tell(event));
    }

    /** Has {@code action} run at this time, or as soon as possible after it. */
    void at(long nanos, Runnable action) {
        alarms.at(nanos, action);
    }

    void ringAlarms() {
        alarms.ringUntil(now);
    }

    long nanosUntilNextAlarm() {
        return alarms.untilNext(ticker.nanoTime());
    }
}
