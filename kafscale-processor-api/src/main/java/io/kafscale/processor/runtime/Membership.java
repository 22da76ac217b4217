package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.SessionExpiredException;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps the worker in its group: joins, renews, and gives a membership up when no renewal gets through. */
final class Membership {

    /** What a change of the membership means to the rest. */
    interface Consequences {
        /** A heartbeat has shown who owns what. */
        void seen(Member member, GroupView view);

        /** Nothing acquired as this member is ours any more. */
        void lost(String reason);

        /** The membership was ended as wanted, or was lost while that was under way. */
        void left();
    }

    private static final Duration HINT_DELAY = Duration.ofMillis(200);

    private final Environment env;
    private final Consequences consequences;
    private final Supplier<Set<TopicPartition>> beingAcquired;
    private final Backoff backoff;
    private @Nullable Member current;
    private LeaseTerm.@Nullable Renewal joinSent;
    private boolean ending;

    Membership(Environment env, Supplier<Set<TopicPartition>> beingAcquired, Consequences consequences) {
        this.env = env;
        this.beingAcquired = beingAcquired;
        this.consequences = consequences;
        this.backoff = env.newBackoff();
    }

    @Nullable
    Member current() {
        return current;
    }

    boolean isJoining() {
        return joinSent != null;
    }

    void join() {
        if (joinSent == null && current == null && !ending) {
            joinSent = env.sentNow();
            env.issue(new Command.Join());
        }
    }

    void joined(GroupSession session) {
        LeaseTerm.Renewal sent = joinSent;
        joinSent = null;
        backoff.succeeded();
        Member member = new Member(session, env.newTerm(sent == null ? env.sentNow() : sent));
        current = member;
        env.tell(new ProcessorEvent.Joined(member.id(), env.settings().group()));
        if (!ending) {
            ringAtTheEndOf(member);
            heartbeat();
        }
    }

    void joinFailed(Throwable cause) {
        joinSent = null;
        failed(cause);
        env.at(backoff.readyAtNanos(), this::join);
    }

    /** So that nothing outlasts the term even if nothing else happens. */
    private void ringAtTheEndOf(Member member) {
        env.at(member.term.deadlineNanos(), () -> {
            if (current == member) {
                ringAtTheEndOf(member);
            }
        });
    }

    /** Gives up a membership that may be over. */
    void checkTerm() {
        if (current != null && current.term.isOver()) {
            abandon("no renewal got through for " + env.settings().leaseTtl().toSeconds() + " s");
        }
    }

    private void heartbeat() {
        Member member = current;
        if (member != null && member.heartbeatSent == null && !member.leaving) {
            member.heartbeatBegins(env.sentNow(), beingAcquired.get());
            env.issue(new Command.Heartbeat(member.session));
        }
    }

    private void heartbeatOf(Member member) {
        if (current == member) {
            heartbeat();
        }
    }

    /** Someone else took or gave something: look, but not at every single one of many changes. */
    void ownershipChanged() {
        Member member = current;
        if (member != null && !member.hinted) {
            member.hinted = true;
            env.at(env.now() + HINT_DELAY.toNanos(), () -> {
                member.hinted = false;
                heartbeatOf(member);
            });
        }
    }

    void renewed(GroupSession session, GroupView view) {
        Member member = current;
        if (member == null || !member.isOf(session) || member.heartbeatSent == null) {
            return;
        }
        LeaseTerm.Renewal sent = member.heartbeatSent;
        member.heartbeatSent = null;
        member.term.renewed(sent);
        member.saw(view);
        backoff.succeeded();
        long next = sent.nanos() + env.settings().heartbeatInterval().toNanos();
        env.at(next, () -> {
            // A hint may have caused a newer renewal meanwhile, which has set an alarm of its own.
            if (member.term.isRenewal(sent)) {
                heartbeatOf(member);
            }
        });
        consequences.seen(member, view);
    }

    void heartbeatFailed(GroupSession session, Throwable cause) {
        Member member = current;
        if (member == null || !member.isOf(session)) {
            return;
        }
        member.heartbeatSent = null;
        if (cause instanceof SessionExpiredException) {
            abandon(Reasons.of(cause));
        } else {
            failed(cause);
            env.at(backoff.readyAtNanos(), () -> heartbeatOf(member));
        }
    }

    private void failed(Throwable cause) {
        backoff.failed(env.now(), ErrorPolicy.DEFAULT_FIRST_PAUSE, env.longestLeasePause());
        env.tell(new ProcessorEvent.Failed(Stage.JOIN, null, backoff.failures(), Reasons.of(cause)));
    }

    private void abandon(String reason) {
        Member lost = current;
        if (lost == null) {
            return;
        }
        current = null;
        env.tell(new ProcessorEvent.SessionLost(lost.id(), reason));
        consequences.lost(reason);
        if (lost.leaving) {
            consequences.left();
        } else {
            // Frees what the store keeps for a session; leases that stand are not given up by it.
            env.issue(new Command.Leave(lost.session));
            join();
        }
    }

    /** Joins no more; what is there is left with {@link #leave}. */
    void end() {
        ending = true;
    }

    void leave() {
        Member member = current;
        if (member == null) {
            consequences.left();
        } else if (!member.leaving) {
            member.leaving = true;
            env.issue(new Command.Leave(member.session));
        }
    }

    void leaveEnded(GroupSession session, @Nullable Throwable failure) {
        Member member = current;
        if (member == null || !member.isOf(session)) {
            return;
        }
        if (failure != null) {
            env.tell(new ProcessorEvent.Failed(Stage.LEASE, null, 1, Reasons.of(failure)));
        }
        consequences.left();
    }
}
