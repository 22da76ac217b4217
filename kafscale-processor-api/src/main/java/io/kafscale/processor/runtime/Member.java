package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.segment.TopicPartition;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** This worker under one member id, from joining until the session ends. */
final class Member {

    final GroupSession session;
    final LeaseTerm term;

    /** Set while a heartbeat is on its way. */
    LeaseTerm.@Nullable Renewal heartbeatSent;

    boolean hinted;
    boolean leaving;

    private @Nullable GroupView view;
    private boolean groupSettled;

    /** Partitions asked for since the heartbeat on its way was sent: what it will show of them is out of date. */
    private final Set<TopicPartition> askedForSince = new HashSet<>();

    Member(GroupSession session, LeaseTerm term) {
        this.session = session;
        this.term = term;
    }

    String id() {
        return session.memberId();
    }

    boolean isOf(GroupSession other) {
        return session.equals(other);
    }

    /** Whether it has seen yet who owns what. */
    boolean hasView() {
        return view != null;
    }

    void saw(GroupView seen) {
        groupSettled =
                view != null && view.members().keySet().equals(seen.members().keySet());
        view = seen;
    }

    /** Who is in the group, and who owns what, as it was seen last. */
    GroupView view() {
        return Objects.requireNonNull(view, "nothing was seen yet");
    }

    /** Whether the last two views showed the same members. */
    boolean isGroupSettled() {
        return groupSettled;
    }

    /** Another member turned out to own this. */
    void heldByAnother(TopicPartition partition, String memberId) {
        if (view != null) {
            view = view.with(new Lease(partition, memberId, 0));
        }
    }

    /**
     * Whether nobody is seen to own it. What this very session is seen to own, while the worker does not know of it, comes
     * of an acquisition whose reply was lost, and is free to be taken up.
     */
    boolean seesFree(TopicPartition partition) {
        Lease holder = view == null ? null : view.owner(partition);
        return holder == null || holder.memberId().equals(id());
    }

    void heartbeatBegins(LeaseTerm.Renewal sent, Set<TopicPartition> beingAcquired) {
        heartbeatSent = sent;
        askedForSince.clear();
        askedForSince.addAll(beingAcquired);
    }

    void asksFor(TopicPartition partition) {
        askedForSince.add(partition);
    }

    /** Whether the last view tells anything about this partition. */
    boolean viewIsRecentFor(TopicPartition partition) {
        return !askedForSince.contains(partition);
    }
}
