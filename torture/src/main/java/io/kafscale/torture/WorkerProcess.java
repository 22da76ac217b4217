package io.kafscale.torture;

import io.kafscale.testkit.FaultProxy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A worker's JVM, and its own network to the store. For one thread; what it was is read by others when it has ended. */
final class WorkerProcess {

    /** What is being done to it. */
    enum State {
        RUNNING,
        STOPPED,
        CUT_OFF,
        DRAINING,
        ENDED
    }

    /** The exit code of a JVM that was asked to end, and did. */
    static final int TERMINATED = 128 + 15;

    private final WorkerOptions options;
    private final Process process;
    private final FaultProxy network;
    private final @Nullable FaultProxy sinkNetwork;
    private final PrintStream input;
    private final List<Long> stops = new CopyOnWriteArrayList<>();
    private volatile State state = State.RUNNING;
    private volatile long killedNanos;
    private volatile long endedNanos;

    private WorkerProcess(
            WorkerOptions options, Process process, FaultProxy network, @Nullable FaultProxy sinkNetwork) {
        this.options = options;
        this.process = process;
        this.network = network;
        this.sinkNetwork = sinkNetwork;
        this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /**
     * Starts one.
     *
     * @param network which {@link WorkerOptions#storeAddress} leads through
     * @param sinkNetwork which {@link WorkerOptions#sinkAddress} leads through, if that leads anywhere
     */
    static WorkerProcess start(WorkerOptions options, FaultProxy network, @Nullable FaultProxy sinkNetwork)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx160m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                WorkerMain.class.getName()));
        command.addAll(options.arguments());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(options.log().toFile())
                .start();
        return new WorkerProcess(options, process, network, sinkNetwork);
    }

    String name() {
        return options.name();
    }

    WorkerOptions options() {
        return options;
    }

    State state() {
        return state;
    }

    /** Whether it may be asked for anything: it runs, and nothing is being done to it. */
    boolean isWell() {
        return state == State.RUNNING && process.isAlive();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** When it was killed, or 0. */
    long killedNanos() {
        return killedNanos;
    }

    /** A moment at which it had ended. */
    long endedNanos() {
        return endedNanos;
    }

    /** When it was stopped, each time. */
    List<Long> stops() {
        return List.copyOf(stops);
    }

    void kill() throws InterruptedException {
        killedNanos = System.nanoTime();
        process.destroyForcibly().waitFor();
        ended();
    }

    void stop() throws IOException, InterruptedException {
        stops.add(System.nanoTime());
        state = State.STOPPED;
        signal("-STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("-CONT");
        state = State.RUNNING;
    }

    FaultProxy cutOff() {
        state = State.CUT_OFF;
        return network;
    }

    /** The way to the sink's database, which is about to be made bad. */
    FaultProxy cutOffSink() {
        state = State.CUT_OFF;
        return Objects.requireNonNull(sinkNetwork, "sink network");
    }

    void heal() {
        network.heal();
        if (sinkNetwork != null) {
            sinkNetwork.heal();
        }
        if (state == State.CUT_OFF) {
            state = State.RUNNING;
        }
    }

    /** Asks it to end in good order. */
    void terminate() {
        state = State.DRAINING;
        process.destroy();
    }

    /** Passes on a line for its {@link SinkMood}. */
    void tell(String line) {
        input.println(line);
    }

    /** Waits for the end after {@link #terminate}; says whether it came in good order. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        boolean isOver = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!isOver) {
            kill();
            return false;
        }
        ended();
        return process.exitValue() == TERMINATED;
    }

    /** Notes an end that has come by itself; the exit code. */
    int noteEnd() {
        ended();
        return process.exitValue();
    }

    private void ended() {
        if (state != State.ENDED) {
            endedNanos = System.nanoTime();
            state = State.ENDED;
            network.close();
            if (sinkNetwork != null) {
                sinkNetwork.close();
            }
        }
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0 && process.isAlive()) {
            throw new IOException("kill " + signal + " of " + name() + " failed with " + status);
        }
    }
}
