package io.kafscale.testkit.linearizability;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import org.jspecify.annotations.Nullable;

/** What a member did, or had done to it, concerning one partition; and what it was answered, or null when no answer came. */
sealed interface PartitionCall {

    /** Who called; not always whose lease it is. */
    String member();

    record Acquire(String member, @Nullable Acquisition answer) implements PartitionCall {
        @Override
        public String toString() {
            return member + " acquires: " + answered(answer);
        }

        private static String answered(@Nullable Acquisition answer) {
            if (answer instanceof Acquisition.Acquired acquired) {
                return "token " + acquired.lease().token() + ", " + shown(acquired.checkpoint());
            }
            return answer instanceof Acquisition.Held held ? "held by " + held.memberId() : "no answer";
        }
    }

    record Commit(
            String member,
            Lease lease,
            Checkpoint checkpoint,
            @Nullable Outcome answer) implements PartitionCall {
        @Override
        public String toString() {
            return member + " commits " + shown(checkpoint) + under(member, lease) + ": " + answered(answer);
        }
    }

    /** {@code isRepeated} says whether another release under this lease was sent before this one was answered. */
    record Release(
            String member,
            Lease lease,
            boolean isRepeated,
            @Nullable Outcome answer) implements PartitionCall {
        @Override
        public String toString() {
            return member + " releases" + (isRepeated ? " once more" : "") + under(member, lease) + ": "
                    + answered(answer);
        }
    }

    /** No call: the member sends no heartbeats, so that what it owns may end at any time, or has left. */
    record Silence(String member) implements PartitionCall {
        @Override
        public String toString() {
            return member + " falls silent";
        }
    }

    /** Whatever was asked, the answer was that the member is dead. */
    record DeclaredDead(String member) implements PartitionCall {
        @Override
        public String toString() {
            return member + " is told that it is dead";
        }
    }

    static String shown(@Nullable Checkpoint checkpoint) {
        return checkpoint == null
                ? "no checkpoint"
                : "offset " + checkpoint.nextOffset() + " of epoch " + checkpoint.epoch();
    }

    private static String under(String member, Lease lease) {
        return " under token " + lease.token() + (lease.memberId().equals(member) ? "" : " of " + lease.memberId());
    }

    private static String answered(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Applied ? "applied" : outcome == null ? "no answer" : outcome.toString();
    }
}
