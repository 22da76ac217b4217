package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes this worker's share of the partitions of the wanted topics, and gives back what is beyond it.
 *
 * <p>Shares are reckoned only from a view whose members were the same in the view before: of workers that start together
 * each would otherwise see another part of the group, and take for its own what is another's. A partition that nobody took
 * for two heartbeats, because its member is in trouble, is for anyone with room.
 */
final class Claims {

    /** What is done with a partition that was acquired. */
    interface Taker {
        void begin(Member member, Acquisition.Acquired acquired);

        /** Has the group looked at again, soon. */
        void lookSoon();
    }

    private static final int MAX_AT_ONCE = 16;

    private final Environment env;
    private final Partitions owned;
    private final Taker taker;
    private final Backoff acquiring;
    private final Balance balance = new Balance();
    private final Set<TopicPartition> beingAcquired = new LinkedHashSet<>();
    private final Map<TopicPartition, Long> freeSinceNanos = new HashMap<>();
    private Set<TopicPartition> wanted = Set.of();
    private boolean lookAgain;
    private boolean ending;

    Claims(Environment env, Partitions owned, Taker taker) {
        this.env = env;
        this.owned = owned;
        this.taker = taker;
        this.acquiring = env.newBackoff();
    }

    Set<TopicPartition> beingAcquired() {
        return beingAcquired;
    }

    /** Takes nothing more. */
    void end() {
        ending = true;
    }

    /** These partitions are there, all of them wanted. */
    void discovered(Set<TopicPartition> partitions) {
        wanted = partitions;
        lookAgain = true;
    }

    /** Something may have become free. */
    void lookAgain() {
        lookAgain = true;
    }

    /** Takes and gives back, if anything may have changed since this was done last. */
    void balance(@Nullable Member member) {
        if (!lookAgain || member == null || !member.hasView() || ending) {
            return;
        }
        lookAgain = false;
        noteWhatIsFree(member);
        if (!member.isGroupSettled()) {
            taker.lookSoon();
            return;
        }
        Map<TopicPartition, String> shares = balance.shares(wanted, member.view());
        giveBack(member, shares);
        if (acquiring.isReady(env.now())) {
            take(member, shares);
        }
    }

    private void noteWhatIsFree(Member member) {
        freeSinceNanos.keySet().retainAll(wanted);
        for (TopicPartition partition : wanted) {
            if (member.view().owner(partition) == null) {
                freeSinceNanos.putIfAbsent(partition, env.now());
            } else {
                freeSinceNanos.remove(partition);
            }
        }
    }

    private void take(Member member, Map<TopicPartition, String> shares) {
        List<TopicPartition> inOrder = new ArrayList<>(wanted);
        inOrder.sort(Comparator.comparingInt(partition -> Balance.preference(member.id(), partition)));
        int room = env.settings().maxPartitions() - owned.size();
        for (TopicPartition partition : inOrder) {
            if (beingAcquired.size() >= Math.min(MAX_AT_ONCE, room)) {
                return;
            }
            boolean ours = member.id().equals(shares.get(partition)) || isNeglected(partition);
            if (ours && member.seesFree(partition) && !owned.contains(partition) && beingAcquired.add(partition)) {
                member.asksFor(partition);
                env.issue(new Command.Acquire(member.session, partition));
            }
        }
    }

    private boolean isNeglected(TopicPartition partition) {
        Long since = freeSinceNanos.get(partition);
        return since != null
                && env.now() - since >= 2 * env.settings().heartbeatInterval().toNanos();
    }

    /** A few at a time, and none that has only just been taken: what the group looks like may still be changing. */
    private void giveBack(Member member, Map<TopicPartition, String> shares) {
        int draining = 0;
        List<OwnedPartition> beyondShare = new ArrayList<>();
        for (OwnedPartition partition : owned.all()) {
            String share = shares.get(partition.partition());
            if (partition.isDraining()) {
                draining++;
            } else if (share != null && !share.equals(member.id()) && partition.hasStayed()) {
                beyondShare.add(partition);
            }
        }
        for (OwnedPartition partition : beyondShare) {
            if (draining++ == MAX_AT_ONCE) {
                return;
            }
            partition.drain();
        }
    }

    void ended(Command.Acquire command, Acquisition result, @Nullable Member member) {
        if (result instanceof Acquisition.Unknown unknown) {
            failed(command, unknown.cause());
            return;
        }
        beingAcquired.remove(command.partition());
        lookAgain = true;
        acquiring.succeeded();
        if (member == null || !member.isOf(command.session())) {
            return;
        }
        if (result instanceof Acquisition.Held held) {
            member.heldByAnother(command.partition(), held.memberId());
            taker.lookSoon();
        } else if (result instanceof Acquisition.Acquired acquired) {
            taker.begin(member, acquired);
        }
    }

    void failed(Command.Acquire command, Throwable cause) {
        beingAcquired.remove(command.partition());
        // Those asked for at the same time fail together: that counts once.
        if (acquiring.isReady(env.now())) {
            acquiring.failed(env.now(), ErrorPolicy.DEFAULT_FIRST_PAUSE, env.longestLeasePause());
            env.at(acquiring.readyAtNanos(), this::lookAgain);
        }
        env.tell(new ProcessorEvent.Failed(Stage.LEASE, command.partition(), acquiring.failures(), Reasons.of(cause)));
    }
}
