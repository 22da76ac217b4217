package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.processor.ProcessorEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commits what partitions have confirmed, all in one go, and at most once in a commit interval. */
final class CommitRounds {

    /** Gathers the commits of partitions that begin or end at about the same time. */
    private static final Duration URGENT_PAUSE = Duration.ofMillis(20);

    private final Environment env;
    private final Partitions partitions;
    private final Membership membership;
    private long lastNanos;
    private @Nullable Long nextNanos;

    CommitRounds(Environment env, Partitions partitions, Membership membership) {
        this.env = env;
        this.partitions = partitions;
        this.membership = membership;
        this.lastNanos = env.now() - env.settings().commitInterval().toNanos();
    }

    /** A partition has something to commit. Urgent is what it waits for: its first commit, before it begins, and its last. */
    void want(boolean urgent) {
        Duration interval = env.settings().commitInterval();
        Duration pause = urgent && interval.compareTo(URGENT_PAUSE) > 0 ? URGENT_PAUSE : interval;
        long due = lastNanos + pause.toNanos();
        if (nextNanos == null || due - nextNanos < 0) {
            nextNanos = due;
            env.at(due, () -> {
                // One that was called for earlier may have come first.
                if (nextNanos != null && nextNanos == due) {
                    begin();
                }
            });
        }
    }

    private void begin() {
        nextNanos = null;
        lastNanos = env.now();
        Member member = membership.current();
        if (member == null) {
            return;
        }
        List<Commit> commits = new ArrayList<>();
        for (OwnedPartition partition : partitions.all()) {
            Commit commit = partition.nextCommit();
            if (commit != null) {
                commits.add(commit);
            }
        }
        if (!commits.isEmpty()) {
            env.issue(new Command.MoveCheckpoints(member.session, commits));
        }
    }

    void ended(Command.MoveCheckpoints command, List<Outcome> outcomes) {
        for (int i = 0; i < outcomes.size(); i++) {
            Commit commit = command.commits().get(i);
            OwnedPartition partition = partitions.find(commit.lease());
            if (partition != null) {
                ended(partition, commit, outcomes.get(i));
            }
        }
    }

    private void ended(OwnedPartition partition, Commit commit, Outcome outcome) {
        if (outcome instanceof Outcome.Applied) {
            partition.committed(commit.checkpoint());
        } else if (outcome instanceof Outcome.Fenced fenced) {
            env.tell(new ProcessorEvent.CommitFenced(
                    partition.partition(), commit.checkpoint().nextOffset(), fenced.found()));
            partition.lost("its commit was refused");
        } else if (outcome instanceof Outcome.Conflict conflict) {
            partition.commitConflict(conflict.found());
        } else if (outcome instanceof Outcome.Unknown unknown) {
            partition.commitFailed(unknown.cause());
        }
    }

    void failed(Command.MoveCheckpoints command, Throwable cause) {
        for (Commit commit : command.commits()) {
            OwnedPartition partition = partitions.find(commit.lease());
            if (partition != null) {
                partition.commitFailed(cause);
            }
        }
    }
}
