package io.kafscale.testkit.linearizability;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One partition in a store that serves one call at a time: who owns it, and how far it has been processed.
 *
 * @param owner the member that owns it, or null
 * @param token the owner's, or {@link #UNTOLD} when it was never told: the answer to its acquisition was lost
 * @param ended whether the owner's lease has ended, though nobody took the partition over: it fences the owner, and a store
 *     that finds out by and by may still name it to others
 * @param greatestToken the greatest there was
 * @param checkpoint where the next owner begins, or null
 * @param committed what was last committed under the present lease, or null; what was committed before it holds nothing back
 */
record PartitionState(
        @Nullable String owner,
        long token,
        boolean ended,
        long greatestToken,
        @Nullable Checkpoint checkpoint,
        @Nullable Checkpoint committed) {

    static final long UNTOLD = -1;

    static final SequentialModel<PartitionState, PartitionCall> MODEL = new SequentialModel<>() {
        @Override
        public PartitionState initial() {
            return new PartitionState(null, UNTOLD, false, Long.MIN_VALUE, null, null);
        }

        @Override
        public @Nullable PartitionState after(PartitionState state, PartitionCall call) {
            return state.after(call);
        }
    };

    private @Nullable PartitionState after(PartitionCall call) {
        String member = call.member();
        if (call instanceof PartitionCall.Acquire acquire) {
            return afterAcquisition(member, acquire.answer());
        } else if (call instanceof PartitionCall.Commit commit) {
            return afterCommit(isOwn(member, commit.lease()), commit.checkpoint(), commit.answer());
        } else if (call instanceof PartitionCall.Release release) {
            return afterRelease(isOwn(member, release.lease()), release.isRepeated(), release.answer());
        } else if (call instanceof PartitionCall.Silence) {
            return member.equals(owner)
                    ? new PartitionState(owner, token, true, greatestToken, checkpoint, committed)
                    : this;
        } else {
            return isAlive(member) ? null : this;
        }
    }

    private @Nullable PartitionState afterAcquisition(String member, @Nullable Acquisition answer) {
        if (answer instanceof Acquisition.Held held) {
            return held.memberId().equals(owner) && !member.equals(owner) ? this : null;
        } else if (answer instanceof Acquisition.Acquired acquired) {
            Lease lease = acquired.lease();
            boolean isOurs = isAlive(member) && (token == UNTOLD || token == lease.token());
            boolean isFresh = owner == null || ended || token == UNTOLD;
            boolean fits = lease.memberId().equals(member)
                    && (isOurs || owner == null || ended)
                    && (!isFresh || lease.token() > greatestToken)
                    && Objects.equals(acquired.checkpoint(), checkpoint);
            if (!fits) {
                return null;
            }
            return isOurs
                    ? new PartitionState(member, lease.token(), false, lease.token(), checkpoint, committed)
                    : new PartitionState(member, lease.token(), false, lease.token(), checkpoint, null);
        } else {
            return owner == null || (ended && !member.equals(owner))
                    ? new PartitionState(member, UNTOLD, false, greatestToken, checkpoint, null)
                    : this;
        }
    }

    private @Nullable PartitionState afterCommit(boolean isOwn, Checkpoint wanted, @Nullable Outcome answer) {
        if (!isOwn) {
            return answer == null || answer instanceof Outcome.Fenced ? this : null;
        }
        if (answer instanceof Outcome.Fenced || answer instanceof Outcome.Conflict) {
            return null;
        }
        return committed != null && wanted.isBefore(committed)
                ? this
                : new PartitionState(owner, token, ended, greatestToken, wanted, wanted);
    }

    private @Nullable PartitionState afterRelease(boolean isOwn, boolean isRepeated, @Nullable Outcome answer) {
        if (answer instanceof Outcome.Conflict || (answer instanceof Outcome.Fenced && isOwn)) {
            return null;
        }
        if (answer instanceof Outcome.Applied && !isOwn && !isRepeated) {
            return null;
        }
        return isOwn ? new PartitionState(null, UNTOLD, false, greatestToken, checkpoint, null) : this;
    }

    private boolean isAlive(String member) {
        return member.equals(owner) && !ended;
    }

    private boolean isOwn(String member, Lease lease) {
        return isAlive(member) && lease.memberId().equals(member) && lease.token() == token;
    }

    @Override
    public String toString() {
        String who = owner == null
                ? "owned by nobody"
                : "owned by " + owner + (token == UNTOLD ? ", which was not told its token" : " under token " + token)
                        + (ended ? ", whose lease has ended" : "");
        return who + ", " + PartitionCall.shown(checkpoint);
    }
}
