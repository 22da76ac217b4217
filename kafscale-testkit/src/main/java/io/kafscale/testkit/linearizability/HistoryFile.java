package io.kafscale.testkit.linearizability;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.segment.TopicPartition;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a history down as it happens, a line for each event, times in {@link System#nanoTime()}, which all processes of a
 * Linux host share. {@link HistoryReader} reads it back. Thread safe.
 *
 * <pre>
 *   asked 17 time acquire topic partition member
 *   asked 18 time commit  topic partition member lease-member lease-token checkpoint
 *   asked 19 time release topic partition member lease-member lease-token
 *   answered 17 time acquired lease-member lease-token checkpoint|-
 *   answered 18 time held owner | applied | fenced | conflict | dead | unknown
 *   alive member until
 *   dead member asked time
 * </pre>
 */
final class HistoryFile implements AutoCloseable {

    /** No channel: an interrupted thread would close that. */
    private final FileOutputStream out;

    private long calls;

    private HistoryFile(FileOutputStream out) {
        this.out = out;
    }

    static HistoryFile create(Path file) throws IOException {
        return new HistoryFile(new FileOutputStream(Files.createFile(file).toFile(), true));
    }

    /** A call is about to be made; returns the number under which its answer is noted. */
    synchronized long asked(TopicPartition partition, PartitionCall call) {
        long number = calls++;
        String where = partition.topic() + " " + partition.partition() + " " + call.member();
        String what;
        if (call instanceof PartitionCall.Commit commit) {
            what = "commit " + where + lease(commit.lease()) + " " + figures(commit.checkpoint());
        } else if (call instanceof PartitionCall.Release release) {
            what = "release " + where + lease(release.lease());
        } else {
            what = "acquire " + where;
        }
        line("asked " + number + " " + System.nanoTime() + " " + what);
        return number;
    }

    void answered(long number, Acquisition answer) {
        long now = System.nanoTime();
        String what;
        if (answer instanceof Acquisition.Acquired acquired) {
            what = "acquired" + lease(acquired.lease()) + " " + figures(acquired.checkpoint());
        } else if (answer instanceof Acquisition.Held held) {
            what = "held " + held.memberId();
        } else {
            what = ((Acquisition.Unknown) answer).cause() instanceof SessionExpiredException ? "dead" : "unknown";
        }
        line("answered " + number + " " + now + " " + what);
    }

    void answered(long number, Outcome answer) {
        long now = System.nanoTime();
        String what;
        if (answer instanceof Outcome.Applied) {
            what = "applied";
        } else if (answer instanceof Outcome.Fenced) {
            what = "fenced";
        } else {
            what = answer instanceof Outcome.Conflict ? "conflict" : "unknown";
        }
        line("answered " + number + " " + now + " " + what);
    }

    /** The member lives, and nothing it owns may end before {@code untilNanos}. */
    void alive(String member, long untilNanos) {
        line("alive " + member + " " + untilNanos);
    }

    /** The member was told that it is dead, by a call that began at {@code askedNanos}. */
    void dead(String member, long askedNanos) {
        line("dead " + member + " " + askedNanos + " " + System.nanoTime());
    }

    private static String lease(Lease lease) {
        return " " + lease.memberId() + " " + lease.token();
    }

    private static String figures(@Nullable Checkpoint checkpoint) {
        return checkpoint == null
                ? "-"
                : checkpoint.figures().entrySet().stream()
                        .map(figure -> figure.getKey() + "=" + figure.getValue())
                        .collect(Collectors.joining(","));
    }

    private synchronized void line(String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the history cannot be written", e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the history cannot be closed", e);
        }
    }
}
